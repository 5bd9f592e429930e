internal import MIME

extension FuzzTarget {
    /// The message reader of `MIME`, its decoders, and its makers of text.
    static let mime = [
        FuzzTarget("mime-message") { readMessage($0) },
        FuzzTarget("mime-base64") { octets in
            decode("base64", octets) { Pieces(TransferDecoder.base64(Base64Decoder())) }
        },
        FuzzTarget("mime-quoted-printable") {
            decode("quoted-printable", $0) { Pieces(TransferDecoder(.quotedPrintable)) }
        },
        FuzzTarget("mime-uuencode") { decode("x-uuencode", $0) { Pieces(TransferDecoder(.uuencode)) } },
        FuzzTarget("mime-yenc") { decode("x-yenc", $0) { Pieces(TransferDecoder(.yenc)) } },
        FuzzTarget("mime-binhex") { decode("7bit", $0) { Pieces(TransferDecoder.binhex(BinHexDecoder())) } },
        FuzzTarget("mime-html") { makeText($0) },
        FuzzTarget("mime-flowed") { joinLines($0) },
    ]

    /// Reads a message from memory and in windows: the same parts, contents and defects must come out.
    private static func readMessage(_ octets: [UInt8]) {
        let whole = digest(MemorySource(octets))
        precondition(whole == digest(WindowedSource(octets)), "memory and windows differ")
    }

    /// Everything that can be read of a message, as octets.
    private static func digest(_ source: some OctetSource) -> [UInt8] {
        guard let message = try? MessageParser().parse(source), let bodies = try? message.bodies() else {
            preconditionFailure("a message was refused")
        }
        precondition(!message.parts.isEmpty, "no part")
        var tree = TreeDocument(message)
        var digest = (try? tree.json()) ?? []
        var log = message.log
        for part in message.parts {
            precondition(part.offset <= part.bodyOffset && part.bodyOffset <= part.end, "a part inside out")
            digest += Array(message.section(of: part).utf8)
        }
        drain(message.textReader(of: bodies), into: &digest) { try $0.next(into: &$1) }
        drain(message.htmlReader(of: bodies), into: &digest) { try $0.next(into: &$1) }
        for attachment in bodies.attachments {
            digest += Array(attachment.filename.utf8)
            drain(message.reader(of: attachment), into: &digest) { try $0.next(into: &$1) }
        }
        for field in message.fields(of: message.root) {
            message.appendDecodedValue(of: field, to: &digest, defects: &log)
        }
        for defect in message.defects(in: log) { digest += Array(defect.code.rawValue.utf8) }
        return digest
    }

    private static func drain<Reader>(
        _ reader: Reader, into digest: inout [UInt8], _ next: (inout Reader, inout [UInt8]) throws -> Bool
    ) {
        var reader = reader
        while (try? next(&reader, &digest)) ?? false {}
    }

    /// Decodes whole and in pieces: the same octets must come out; and as a part of a message.
    private static func decode(_ encoding: String, _ octets: [UInt8], _ decoder: () -> Pieces) {
        let whole = decoder().decoded([octets])
        precondition(whole == decoder().decoded(octets.map { [$0] }), "the decoder depends on the cut")
        let middle = octets.count / 2
        precondition(
            whole == decoder().decoded([Array(octets[..<middle]), Array(octets[middle...])]),
            "and on this one")
        readMessage(Array("Content-Transfer-Encoding: \(encoding)\n\n".utf8) + octets)
    }

    /// Makes text of HTML: valid UTF-8 in, valid UTF-8 out, whatever the cut.
    private static func makeText(_ octets: [UInt8]) {
        let html = Array(String(decoding: octets, as: UTF8.self).utf8)
        var (whole, single) = (HTMLText(), HTMLText())
        var (text, other): ([UInt8], [UInt8]) = ([], [])
        whole.decode(html.span, into: &text)
        whole.finish(into: &text)
        for octet in html { single.decode([octet].span, into: &other) }
        single.finish(into: &other)
        precondition(text == other, "the text depends on the cut")
        precondition(String(validating: text, as: UTF8.self) != nil, "text that is not UTF-8")
    }

    private static func joinLines(_ octets: [UInt8]) {
        for deletesSpace in [false, true] {
            var (whole, single) = (
                ByLine(FlowedText(deletesSpace: deletesSpace)), ByLine(FlowedText(deletesSpace: deletesSpace))
            )
            var (text, other): ([UInt8], [UInt8]) = ([], [])
            whole.decode(octets.span, into: &text)
            whole.finish(into: &text)
            for octet in octets { single.decode([octet].span, into: &other) }
            single.finish(into: &other)
            precondition(text == other, "the paragraphs depend on the cut")
        }
    }

    /// A decoder that is given pieces; base64 stops at its first padding.
    private struct Pieces {
        private var decoder: TransferDecoder

        init(_ decoder: TransferDecoder) {
            self.decoder = decoder
        }

        func decoded(_ pieces: [[UInt8]]) -> [UInt8] {
            var decoder = decoder
            var output: [UInt8] = []
            for piece in pieces where decoder.decode(piece.span, into: &output).isPadded { break }
            var log = DefectLog()
            decoder.finish(into: &output, defects: &log)
            return output
        }
    }
}

/// A message that is not in memory, as far as its reader can tell.
struct WindowedSource: OctetSource {
    private let octets: [UInt8]

    /// The source of `octets`.
    init(_ octets: [UInt8]) {
        self.octets = octets
    }

    /// How many octets there are.
    var count: Int { octets.count }

    /// Copies octets from `offset` on into `buffer`.
    func read(at offset: Int, into buffer: inout MutableSpan<UInt8>) -> Int {
        MemorySource(octets).read(at: offset, into: &buffer)
    }
}

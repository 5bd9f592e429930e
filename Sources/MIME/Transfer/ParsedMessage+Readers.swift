/// Reading what parts hold.
extension ParsedMessage {
    /// A reader of the content of `part`, transfer-decoded; of a multipart, of its octets as they are.
    package func reader(of part: Part) -> PartReader {
        reader(of: part, encoding: part.kind == .multipart ? .identity : part.transferEncoding)
    }

    /// A reader of the content of `part` as it was sent.
    package func rawReader(of part: Part) -> PartReader {
        reader(of: part, encoding: .identity)
    }

    /// A reader of the content of `part` from its octet `place` on; a place other than 0 is for content as it
    /// is.
    func reader(of part: Part, from place: Int) -> PartReader {
        place == 0 ? reader(of: part) : reader(of: part, encoding: .identity, from: place)
    }

    private func reader(of part: Part, encoding: TransferEncoding, from place: Int = 0) -> PartReader {
        PartReader(
            spaces[part.space].source, range: part.body.dropFirst(place), encoding: encoding,
            isText: part.contentType.type == "text", log: emptyLog(for: part))
    }

    /// A reader of the text of `part` in UTF-8: charset-decoded and nothing else.
    package func textReader(of part: Part) -> TextReader {
        TextReader(
            reader(of: part), declared: part.contentType.parameters["charset"],
            isHTML: part.contentType.subtype == "html")
    }

    /// A log for what readers find in `part`.
    func emptyLog(for part: Part) -> DefectLog {
        var log = DefectLog(limit: limits.defects)
        log.part = part.index
        log.base = spaces[part.space].anchor ?? part.bodyOffset
        log.isAnchored = true
        return log
    }

    /// The whole content of `part`, decoded; `nil` when that has more than `limit` octets.
    package func decoded(_ part: Part, limit: Int = .max) throws -> [UInt8]? {
        var reader = reader(of: part)
        var octets: [UInt8] = []
        while try reader.next(into: &octets) {
            if octets.count > limit { return nil }
        }
        return octets.count > limit ? nil : octets
    }

    /// The name on the `begin` line of a uuencoded part.
    func uuencodedName(of part: Part) throws -> String? {
        var window = OctetWindow(spaces[part.space].source)
        let head = try window.indices(from: part.bodyOffset, limit: min(4096, part.body.count))
        var decoder = ByLine(UuencodeDecoder(hasBegin: true))
        var ignored: [UInt8] = []
        decoder.decode(window.octets.span.extracting(head), into: &ignored)
        return decoder.decoder.name.map { String(decoding: $0, as: UTF8.self) }
    }
}

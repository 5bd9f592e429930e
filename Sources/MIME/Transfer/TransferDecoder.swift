/// The decoder of one part's content.
package enum TransferDecoder {
    /// Octets as they are.
    case identity
    /// Base64.
    case base64(Base64Decoder)
    /// Quoted-printable.
    case quotedPrintable(ByLine<QuotedPrintableDecoder>)
    /// Uuencoded data.
    case uuencode(ByLine<UuencodeDecoder>)
    /// yEnc.
    case yenc(ByLine<YencDecoder>)
    /// The data fork of a BinHex file.
    case binhex(BinHexDecoder)

    /// A decoder for `encoding`.
    package init(_ encoding: TransferEncoding) {
        switch encoding {
        case .identity: self = .identity
        case .base64: self = .base64(Base64Decoder())
        case .quotedPrintable: self = .quotedPrintable(ByLine(QuotedPrintableDecoder()))
        case .uuencode: self = .uuencode(ByLine(UuencodeDecoder(hasBegin: true)))
        case .yenc: self = .yenc(ByLine(YencDecoder()))
        }
    }

    /// Decodes `input` and says how much of it was used; less than all only up to the first padding of
    /// base64.
    package mutating func decode(_ input: Span<UInt8>, into output: inout [UInt8]) -> (
        used: Int, isPadded: Bool
    ) {
        switch self {
        case .identity:
            append(input, to: &output)
        case .base64(var decoder):
            self = .identity
            let result = decoder.decode(input, into: &output)
            self = .base64(decoder)
            return result
        case .quotedPrintable(var decoder):
            self = .identity
            decoder.decode(input, into: &output)
            self = .quotedPrintable(decoder)
        case .uuencode(var decoder):
            self = .identity
            decoder.decode(input, into: &output)
            self = .uuencode(decoder)
        case .yenc(var decoder):
            self = .identity
            decoder.decode(input, into: &output)
            self = .yenc(decoder)
        case .binhex(var decoder):
            self = .identity
            decoder.decode(input, into: &output)
            self = .binhex(decoder)
        }
        return (input.count, false)
    }

    /// Decodes what is left at the end of the content, and notes in `log` what was wrong with it.
    package mutating func finish(into output: inout [UInt8], defects log: inout DefectLog) {
        switch self {
        case .identity: break
        case .base64(var decoder):
            if decoder.isInsideGroup { log.report(.base64Truncated) }
            decoder.finish(into: &output)
            log.report(.base64InvalidCharacter, count: decoder.invalid)
        case .quotedPrintable(var decoder):
            decoder.finish(into: &output)
            log.report(.quotedPrintableInvalid, count: decoder.decoder.invalid)
        case .uuencode(var decoder):
            decoder.finish(into: &output)
            if decoder.decoder.isDamaged { log.report(.uuencodeDamaged) }
        case .yenc(var decoder):
            decoder.finish(into: &output)
            if decoder.decoder.isDamaged { log.report(.yencDamaged) }
        case .binhex(let decoder):
            if decoder.isDamaged { log.report(.binhexDamaged) }
        }
    }

    /// Whether nothing that follows can matter: a file inside a text has ended.
    package var hasEnded: Bool {
        switch self {
        case .uuencode(let decoder): decoder.decoder.hasEnded
        case .yenc(let decoder): decoder.decoder.hasEnded
        case .identity, .base64, .quotedPrintable, .binhex: false
        }
    }
}

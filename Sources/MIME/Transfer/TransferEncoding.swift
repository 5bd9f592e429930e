/// How the octets of a part were wrapped for the journey.
///
/// RFC 2045 §6.
package enum TransferEncoding: Sendable {
    /// `7bit`, `8bit`, `binary`, and whatever nobody knows: the octets as they are.
    case identity
    /// `base64`.
    case base64
    /// `quoted-printable`.
    case quotedPrintable
    /// `x-uuencode` and its other names.
    case uuencode
    /// `x-yenc`.
    case yenc

    /// The encoding that `token`, in lower case and without comments and quotes, stands for; `nil` for an
    /// unknown one.
    init?(token: [UInt8]) {
        switch String(decoding: token, as: UTF8.self) {
        case "7bit", "8bit", "binary": self = .identity
        case "base64": self = .base64
        case "quoted-printable": self = .quotedPrintable
        case "x-uuencode", "x-uue", "uuencode", "uue": self = .uuencode
        case "x-yenc", "yenc": self = .yenc
        default: return nil
        }
    }

    /// The token of a Content-Transfer-Encoding value: its first word in lower case, without comments and
    /// quotes.
    static func token(of value: Span<UInt8>) -> [UInt8] {
        var token: [UInt8] = []
        var commentDepth = 0
        for index in value.indices {
            let octet = value[index]
            switch octet {
            case UInt8(ascii: "("): commentDepth += 1
            case UInt8(ascii: ")") where commentDepth > 0: commentDepth -= 1
            case _ where commentDepth > 0: continue
            case 0x00...0x20, UInt8(ascii: ";"), UInt8(ascii: ","):
                if !token.isEmpty { return token }
            case UInt8(ascii: "\""), UInt8(ascii: "'"): continue
            default: token.append(lowercased(octet))
            }
        }
        return token
    }
}

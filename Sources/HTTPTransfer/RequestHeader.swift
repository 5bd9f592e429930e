/// Which header fields may be sent.
///
/// libcurl sends what it is given, so nothing that ends a line may reach it.
package enum RequestHeader {
    /// Names that belong to the engine.
    private static let own: [String] = [
        "host", "content-length", "transfer-encoding", "connection", "expect", "keep-alive", "upgrade", "te",
        "trailer",
        "proxy-connection",
    ]

    /// Whether a field of this name and value may be sent: the name is a token (RFC 9110 §5.6.2) and none of the
    /// engine's own, the value has no control character but the tab (RFC 9110 §5.5).
    package static func isSendable(name: String, value: String) -> Bool {
        !name.isEmpty && name.utf8.allSatisfy(isToken) && !isOwn(name)
            && value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
    }

    private static func isOwn(_ name: String) -> Bool {
        let name = name.utf8
        return own.contains { own in
            own.utf8.count == name.count && zip(own.utf8, name).allSatisfy { $0 == $1 | 0x20 }
        }
    }

    private static func isToken(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"),
            UInt8(ascii: "%"), UInt8(ascii: "&"), UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"),
            UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"),
            UInt8(ascii: "|"), UInt8(ascii: "~"):
            true
        default:
            false
        }
    }
}

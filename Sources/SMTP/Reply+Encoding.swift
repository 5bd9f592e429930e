extension Reply {
    /// Longest reply line with its CRLF, RFC 5321 §4.5.3.1.5.
    package static let longestLine = 512

    /// Calls `body` with each line as it goes over the wire, without CRLF: printable ASCII only, anything else as `?`.
    func forEachLine(_ body: ([UInt8]) -> Void) {
        for (index, text) in lines.enumerated() {
            var octets: [UInt8] = []
            octets.reserveCapacity(16 + text.utf8.count)
            octets.append(contentsOf: "\(code)".utf8)
            octets.append(index == lines.count - 1 ? UInt8(ascii: " ") : UInt8(ascii: "-"))
            if let status {
                octets.append(contentsOf: status.utf8)
                octets.append(UInt8(ascii: " "))
            }
            for octet in text.utf8.prefix(Self.longestLine - 2 - octets.count) {
                octets.append(octet >= 0x20 && octet < 0x7F ? octet : UInt8(ascii: "?"))
            }
            body(octets)
        }
    }

    /// The reply as octets of the wire, each line with its CRLF.
    package var octets: [UInt8] {
        var all: [UInt8] = []
        forEachLine { all += $0 + [.carriageReturn, .lineFeed] }
        return all
    }
}

extension Reply {
    /// Longest reply line with its CRLF, RFC 5321 §4.5.3.1.5.
    package static let longestLine = 512

    /// Adds line `index` to `octets` as it goes over the wire, without CRLF: printable ASCII only, anything else as `?`.
    func appendLine(_ index: Int, to octets: inout [UInt8]) {
        let start = octets.count
        for scale in [100, 10, 1] { octets.append(UInt8(ascii: "0") + UInt8(code / scale % 10)) }
        octets.append(index == lines.count - 1 ? UInt8(ascii: " ") : UInt8(ascii: "-"))
        if let status {
            octets.append(contentsOf: status.utf8)
            octets.append(UInt8(ascii: " "))
        }
        let text = octets.count
        octets.append(contentsOf: lines[index].utf8.prefix(Self.longestLine - 2 - (text - start)))
        for index in text..<octets.count where octets[index] < 0x20 || octets[index] >= 0x7F {
            octets[index] = UInt8(ascii: "?")
        }
    }

    /// The reply as octets of the wire, each line with its CRLF.
    package var octets: [UInt8] {
        var all: [UInt8] = []
        all.reserveCapacity(64)
        for index in lines.indices {
            appendLine(index, to: &all)
            all.append(.carriageReturn)
            all.append(.lineFeed)
        }
        return all
    }
}

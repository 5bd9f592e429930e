/// The header fields of a response as they came, looked up when asked for.
///
/// Most answers are looked at for two names, so nothing is taken apart in advance.
package struct HeaderBlock: Equatable, Sendable {
    /// Field lines with their line ends, without the status line.
    private let octets: [UInt8]

    /// A block of `lines`, each with its line end.
    package init(lines: [UInt8] = []) {
        octets = lines
    }

    /// A block with one field a line: for tests and doubles.
    package init(_ fields: [(name: String, value: String)]) {
        octets = fields.flatMap { Array("\($0.name): \($0.value)\r\n".utf8) }
    }

    /// The value of the first field called `name`, without the space around it; names compare without case.
    ///
    /// Octets that are not UTF-8 become U+FFFD.
    package func first(_ name: StaticString) -> String? {
        var start = 0
        while start < octets.count {
            let end = octets[start...].firstIndex(of: UInt8(ascii: "\n")) ?? octets.count
            if let value = value(in: start..<end, of: name) { return value }
            start = end + 1
        }
        return nil
    }

    /// Every field as text, in order.
    package var all: [(name: String, value: String)] {
        octets.split(separator: UInt8(ascii: "\n")).compactMap { line in
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
            return (text(line[..<colon]), text(line[(colon + 1)...]))
        }
    }

    private func value(in line: Range<Int>, of name: StaticString) -> String? {
        let count = name.utf8CodeUnitCount
        guard line.count > count, octets[line.lowerBound + count] == UInt8(ascii: ":") else { return nil }
        let isSame = name.withUTF8Buffer { wanted in
            wanted.indices.allSatisfy {
                unsafe lowercased(octets[line.lowerBound + $0]) == lowercased(wanted[$0])
            }
        }
        return isSame ? text(octets[(line.lowerBound + count + 1)..<line.upperBound]) : nil
    }

    private func text(_ octets: ArraySlice<UInt8>) -> String {
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
        guard let first = octets.firstIndex(where: { !isSpace($0) }),
            let last = octets.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(decoding: octets[first...last], as: UTF8.self)
    }

    private func lowercased(_ octet: UInt8) -> UInt8 {
        octet >= 0x41 && octet <= 0x5A ? octet | 0x20 : octet
    }
}

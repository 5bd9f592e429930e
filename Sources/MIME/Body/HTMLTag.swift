/// A tag, taken apart as far as text needs it.
struct HTMLTag {
    /// What it begins or ends.
    let element: HTMLElement
    /// Whether it ends an element.
    let isClosing: Bool
    /// The octets behind the name.
    private let rest: ArraySlice<UInt8>

    /// The tag between `<` and `>`.
    init(_ octets: [UInt8]) {
        isClosing = octets.first == UInt8(ascii: "/")
        let start = isClosing ? 1 : 0
        var end = start
        while end < octets.count, Self.isNameOctet(octets[end]) { end += 1 }
        element = HTMLElement(name: octets.span.extracting(start..<end))
        rest = octets[end...]
    }

    private static func isNameOctet(_ octet: UInt8) -> Bool {
        switch octet {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: ":"), UInt8(ascii: "-"): true
        default: false
        }
    }

    /// The value of the first attribute called `wanted`, its character references undone.
    func attribute(_ wanted: StaticString) -> [UInt8]? {
        var index = rest.startIndex
        while true {
            while index < rest.endIndex, rest[index] <= 0x20 || rest[index] == UInt8(ascii: "/") {
                index += 1
            }
            guard index < rest.endIndex else { return nil }
            let name = word(from: &index) { $0 != UInt8(ascii: "=") && $0 > 0x20 && $0 != UInt8(ascii: "/") }
            skipBlanks(&index)
            var value: ArraySlice<UInt8> = []
            if index < rest.endIndex, rest[index] == UInt8(ascii: "=") {
                index += 1
                skipBlanks(&index)
                value = readValue(&index)
            }
            if name.span.equalsIgnoringCase(wanted) { return HTMLEntity.decoded(Array(value)) }
        }
    }

    private func readValue(_ index: inout Int) -> ArraySlice<UInt8> {
        guard index < rest.endIndex else { return [] }
        let quote = rest[index]
        guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
            return word(from: &index) { $0 > 0x20 }
        }
        index += 1
        let value = word(from: &index) { $0 != quote }
        index = min(index + 1, rest.endIndex)
        return value
    }

    private func word(from index: inout Int, _ belongs: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        let start = index
        while index < rest.endIndex, belongs(rest[index]) { index += 1 }
        return rest[start..<index]
    }

    private func skipBlanks(_ index: inout Int) {
        while index < rest.endIndex, rest[index] <= 0x20 { index += 1 }
    }
}

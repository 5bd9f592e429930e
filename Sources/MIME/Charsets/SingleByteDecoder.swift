/// Decodes a charset with one octet a character.
struct SingleByteDecoder: TextDecoding {
    /// How many times U+FFFD was written.
    private(set) var replaced = 0
    private let table: SingleByteTable

    /// A decoder by `table`.
    init(_ table: SingleByteTable) {
        self.table = table
    }

    /// Appends the text of `octets` to `output`.
    mutating func decode(_ octets: Span<UInt8>, into output: inout [UInt8]) {
        var index = 0
        while index < octets.count {
            let end = asciiPrefix(of: octets, from: index)
            append(octets.extracting(index..<end), to: &output)
            index = end
            while index < octets.count, octets[index] >= 0x80 {
                let scalar = table.scalars[Int(octets[index]) - 0x80]
                if scalar == "\u{FFFD}" { replaced += 1 }
                append(scalar, to: &output)
                index += 1
            }
        }
    }

    /// Ends the text; no octet is ever held back.
    mutating func finish(into output: inout [UInt8]) {}
}

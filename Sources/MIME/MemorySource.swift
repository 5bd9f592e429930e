/// A message that is in memory.
package struct MemorySource: OctetSource {
    private let octets: [UInt8]

    /// The source of `octets`.
    package init(_ octets: [UInt8]) {
        self.octets = octets
    }

    /// How many octets there are.
    package var count: Int { octets.count }

    /// The octets themselves.
    package var contiguous: [UInt8]? { octets }

    /// Copies octets from `offset` on into `buffer`.
    package func read(at offset: Int, into buffer: inout MutableSpan<UInt8>) -> Int {
        let count = max(0, min(buffer.count, octets.count - offset))
        for index in 0..<count {
            buffer[index] = octets[offset + index]
        }
        return count
    }
}

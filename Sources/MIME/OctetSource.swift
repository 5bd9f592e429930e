/// Where the octets of a message come from: memory, or a file read in windows.
///
/// The room never holds a whole message of a source that is not `contiguous`; it asks for windows, in any
/// order and as often as it likes, and expects the same octets each time. Contents may be read on another
/// thread than the one that parsed.
package protocol OctetSource: Sendable {
    /// How many octets there are.
    var count: Int { get }

    /// All octets, when they are in memory anyway; the parser then works on them without copying.
    ///
    /// `nil` otherwise.
    var contiguous: [UInt8]? { get }

    /// Fills `buffer` with the octets from `offset` on and returns how many there were; fewer than asked for
    /// only at the end.
    func read(at offset: Int, into buffer: inout MutableSpan<UInt8>) throws -> Int
}

extension OctetSource {
    /// Not in memory, unless a source says otherwise.
    package var contiguous: [UInt8]? { nil }
}

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

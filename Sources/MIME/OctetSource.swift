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

import Spool

/// A whole message on its way to the operator: the trace fields, then the octets as received.
///
/// It is read window by window, so that its size costs no memory.
package struct OutgoingMessage: Sendable {
    private let trace: [UInt8]
    private let reader: OctetReader
    /// Octets read at a time.
    private static let window = 256 << 10

    /// The stored `message`; opens its file.
    init(_ message: StoredMessage) throws(SpoolError) {
        trace = message.trace
        reader = try message.octets.open()
    }

    /// How many octets there are in all.
    package var count: Int { trace.count + reader.count }

    /// All octets in order.
    package var pieces: Pieces { Pieces(message: self) }

    /// Reads a message piece by piece; blocks for as long as the disk takes.
    package struct Pieces {
        fileprivate let message: OutgoingMessage
        private var offset: Int?

        fileprivate init(message: OutgoingMessage) {
            self.message = message
        }

        /// The next piece; `nil` at the end.
        package mutating func next() throws -> [UInt8]? {
            guard let offset else {
                offset = 0
                return message.trace
            }
            let wanted = min(OutgoingMessage.window, message.reader.count - offset)
            guard wanted > 0 else { return nil }
            self.offset = offset + wanted
            return try unsafe [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
                count = try unsafe message.reader.read(
                    at: offset, into: UnsafeMutableRawBufferPointer(buffer))
            }
        }
    }
}

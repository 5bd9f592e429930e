package import Mail

/// The octets of one message on their way into the spool: in memory, and beyond a threshold in a file.
///
/// Event-loop-bound until it is handed to `MessageSpool.accept` with its message; the spool's alone from then on.
package final class BodyWriter: @unchecked Sendable {
    /// The message.
    package let id: MessageID
    /// How many octets came.
    package private(set) var byteCount = 0

    init(id: MessageID) { self.id = id }

    /// Takes a copy of `octets`. Never blocks.
    package func append(_ octets: UnsafeRawBufferPointer) {
        byteCount += octets.count
    }

    /// True while the disk is behind: whoever saw it is told by `onDrained` when to go on.
    package var isBehind: Bool { false }

    /// Gives the message up; nothing of it is kept. Does no harm twice or after an error.
    package func abort() {}
}

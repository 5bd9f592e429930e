import NIOCore

/// Plaintext that waits for the end of the handshake, and who wants to know when it is out.
struct WaitingWrites {
    private var writes: [(plaintext: ByteBuffer, promise: EventLoopPromise<Void>?)] = []
    private var octets = 0

    /// Lets `plaintext` wait, or fails `promise` when that would be more than `limit` octets in all.
    mutating func add(_ plaintext: ByteBuffer, _ promise: EventLoopPromise<Void>?, limit: Int) {
        guard octets + plaintext.readableBytes <= limit else {
            promise?.fail(TLSFailure.tooMuchBeforeHandshake(limit: limit))
            return
        }
        octets += plaintext.readableBytes
        writes.append((plaintext, promise))
    }

    /// Gives all of it away, in the order in which it came.
    mutating func takeAll() -> [(plaintext: ByteBuffer, promise: EventLoopPromise<Void>?)] {
        defer { self = WaitingWrites() }
        return writes
    }

    /// Forgets all of it: nobody will send it.
    mutating func fail(_ error: any Error) {
        for (_, promise) in takeAll() { promise?.fail(error) }
    }
}

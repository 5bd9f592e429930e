import Cryptography
import GRDB
import Mail

/// Inserts messages and deliveries: the hot path of the writer.
///
/// All small columns of a row are gathered in one buffer that is kept, and bound from there.
final class MessageRows {
    private let insertMessage: PreparedStatement
    private let insertDelivery: PreparedStatement
    private var json = JSONWriter()
    private var scratch: [UInt8] = []
    private var digest = MessageDigest(.sha256)

    init(_ db: Database) throws {
        insertMessage = try PreparedStatement(
            db,
            """
            INSERT INTO message (seq, received_at, size, sha256, envelope, refused, trace, transcript, octets)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
            """)
        insertDelivery = try PreparedStatement(
            db,
            """
            INSERT INTO delivery (message, n, endpoint, recipients, state, at, spent, attempts, series_start, held_before)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, 0, ?6, ?7)
            """)
    }

    func finalize() {
        insertMessage.finalize()
        insertDelivery.finalize()
    }

    /// Stores the message and answers it as its deliveries will share it.
    func insert(_ message: NewMessage, body: SealedBody) throws -> StoredMessage {
        let (octets, sha256) = place(body, of: message.id)
        scratch.removeAll(keepingCapacity: true)
        let columns = gather(message, sha256: sha256)
        insertMessage.bind(1, message.id.key)
        insertMessage.bind(2, message.receivedAt.milliseconds)
        insertMessage.bind(3, octets.count)
        try unsafe scratch.withUnsafeBytes { all in
            unsafe insertMessage.bind(4, octets: slice(all, columns.sha256))
            unsafe insertMessage.bind(5, text: slice(all, columns.envelope))
            unsafe insertMessage.bind(6, text: slice(all, columns.refused))
            unsafe insertMessage.bind(7, octets: slice(all, columns.trace))
            unsafe insertMessage.bind(8, octets: slice(all, columns.transcript))
            guard case .memory(let octets) = body else {
                unsafe insertMessage.bind(9, octets: nil)
                return _ = try insertMessage.run()
            }
            try unsafe octets.withUnsafeBytes { octets in
                unsafe insertMessage.bind(9, octets: octets)
                try insertMessage.run()
            }
        }
        return StoredMessage(
            id: message.id, receivedAt: message.receivedAt, envelope: message.envelope, trace: message.trace,
            sha256: sha256, octets: octets)
    }

    /// Stores delivery `id` in `state`, due or claimed since `at`.
    func insert(
        _ id: DeliveryID, _ delivery: NewDelivery, state: DeliveryState, at: Timestamp, heldBefore: Duration
    )
        throws
    {
        json.reset()
        JSONText.write(delivery.recipients, to: &json)
        insertDelivery.bind(1, id.message.key)
        insertDelivery.bind(2, id.number)
        insertDelivery.bind(5, state.rawValue)
        insertDelivery.bind(6, at.milliseconds)
        insertDelivery.bind(7, heldBefore.milliseconds)
        var endpoint = delivery.endpoint
        try endpoint.withUTF8 { endpoint in
            unsafe insertDelivery.bind(3, text: UnsafeRawBufferPointer(endpoint))
            try unsafe json.bytes.withUnsafeBytes { recipients in
                unsafe insertDelivery.bind(4, text: recipients)
                try insertDelivery.run()
            }
        }
    }

    private func place(_ body: SealedBody, of id: MessageID) -> (SpooledOctets, sha256: [UInt8]) {
        switch body {
        case .memory(let octets):
            digest.update(octets)
            return (SpooledOctets(count: octets.count, place: .memory(octets)), digest.finish())
        case .file(let path, let size, let sha256):
            return (SpooledOctets(count: size, place: .file(id, path: path)), sha256)
        }
    }

    private typealias Columns = (
        sha256: Range<Int>, envelope: Range<Int>, refused: Range<Int>?, trace: Range<Int>,
        transcript: Range<Int>?
    )

    private func gather(_ message: NewMessage, sha256: [UInt8]) -> Columns {
        json.reset()
        JSONText.write(message.envelope, to: &json)
        let envelope = gather(json.bytes)
        var refused: Range<Int>?
        if !message.refused.isEmpty {
            json.reset()
            JSONText.write(message.refused, to: &json)
            refused = gather(json.bytes)
        }
        return (gather(sha256), envelope, refused, gather(message.trace), message.transcript.map(gather))
    }

    private func gather(_ octets: [UInt8]) -> Range<Int> {
        let start = scratch.count
        scratch.append(contentsOf: octets)
        return start..<scratch.count
    }
}

/// The part `range` of `all`; `nil` for none.
private func slice(_ all: UnsafeRawBufferPointer, _ range: Range<Int>?) -> UnsafeRawBufferPointer? {
    guard let range else { return nil }
    return unsafe UnsafeRawBufferPointer(rebasing: all[range])
}

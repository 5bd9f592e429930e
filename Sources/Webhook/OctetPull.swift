import Cryptography
import Mail

/// Octets that come piece by piece, from the first to the last.
protocol OctetPull {
    /// Appends the next piece to `buffer`, usually some 48 to 64 KiB; returns `false`, and appends nothing, at the end.
    mutating func next(into buffer: inout [UInt8]) throws -> Bool
}

/// Octets that can be read again and again, and are the same each time.
protocol PayloadContent: Sendable {
    /// What reads them.
    associatedtype Reader: OctetPull

    /// A reader at the first octet.
    func open() throws -> Reader

    /// The base64 of all `size` octets, when there is a quicker way to it than encoding them.
    func encoded(size: Int) throws -> (any PayloadContent)?
}

extension PayloadContent {
    func encoded(size: Int) -> (any PayloadContent)? { nil }
}

/// The base64 of what another reader gives.
struct Base64Pull: OctetPull {
    private var source: any OctetPull
    private var encoder = Base64Encoder()
    private var window: [UInt8] = []
    private var hasEnded = false

    /// The base64 of `source`.
    init(_ source: any OctetPull) {
        self.source = source
    }

    mutating func next(into buffer: inout [UInt8]) throws -> Bool {
        guard !hasEnded else { return false }
        window.removeAll(keepingCapacity: true)
        if try source.next(into: &window) {
            let octets = window
            encoder.encode(octets.span, into: &buffer)
        } else {
            hasEnded = true
            encoder.finish(into: &buffer)
        }
        return true
    }
}

/// The inside of a JSON string with what another reader gives.
struct JSONStringPull: OctetPull {
    private var source: any OctetPull
    private var json = JSONWriter()
    private var window: [UInt8] = []
    private var hasEnded = false

    /// The escaped form of `source`.
    init(_ source: any OctetPull) {
        self.source = source
    }

    mutating func next(into buffer: inout [UInt8]) throws -> Bool {
        guard !hasEnded else { return false }
        window.removeAll(keepingCapacity: true)
        json.bytes.removeAll(keepingCapacity: true)
        if try source.next(into: &window) {
            let octets = window
            json.piece(octets.span)
        } else {
            hasEnded = true
            json.finishPieces()
        }
        buffer.append(contentsOf: json.bytes)
        return true
    }
}

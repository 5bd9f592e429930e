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

/// Turns octets into others while they pass by.
protocol OctetEncoder {
    /// Appends to `output` what `octets` complete.
    mutating func encode(_ octets: Span<UInt8>, into output: inout [UInt8])

    /// Appends what still waited for more.
    mutating func finish(into output: inout [UInt8])
}

/// What another reader gives, encoded.
struct EncodedPull<Encoder: OctetEncoder>: OctetPull {
    private var source: any OctetPull
    private var encoder: Encoder
    private var window: [UInt8] = []
    private var hasEnded = false

    /// The octets of `source` as `encoder` makes them.
    init(_ source: any OctetPull, by encoder: Encoder) {
        self.source = source
        self.encoder = encoder
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

extension Base64Encoder: OctetEncoder {}

/// Makes text into the inside of a JSON string.
struct JSONStringEncoder: OctetEncoder {
    private var json = JSONWriter()

    mutating func encode(_ octets: Span<UInt8>, into output: inout [UInt8]) {
        json.piece(octets)
        moveOut(into: &output)
    }

    mutating func finish(into output: inout [UInt8]) {
        json.finishPieces()
        moveOut(into: &output)
    }

    private mutating func moveOut(into output: inout [UInt8]) {
        output.append(contentsOf: json.bytes)
        json.bytes.removeAll(keepingCapacity: true)
    }
}

import MIME
import Synchronization
import Webhook

/// A message that is read in windows, as a file is.
struct WindowSource: OctetSource {
    private let octets: MemorySource

    init(_ octets: [UInt8]) {
        self.octets = MemorySource(octets)
    }

    var count: Int { octets.count }

    func read(at offset: Int, into buffer: inout MutableSpan<UInt8>) throws -> Int {
        octets.read(at: offset, into: &buffer)
    }
}

/// A message that loses octets after it was measured.
final class ShrinkingSource: OctetSource, Sendable {
    private let octets: [UInt8]
    private let end: Mutex<Int>

    init(_ octets: [UInt8]) {
        self.octets = octets
        end = Mutex(octets.count)
    }

    var count: Int { octets.count }

    func shrink(to count: Int) {
        end.withLock { $0 = count }
    }

    func read(at offset: Int, into buffer: inout MutableSpan<UInt8>) throws -> Int {
        let rest = octets[min(offset, end.withLock { $0 })..<end.withLock { $0 }]
        return MemorySource(Array(rest)).read(at: 0, into: &buffer)
    }
}

/// A message on a disk that breaks at the read with the given number.
final class FailingSource: OctetSource {
    struct Broken: Error {}

    private let octets: MemorySource
    private let rest: Mutex<Int>

    init(_ octets: [UInt8], failingAt number: Int) {
        self.octets = MemorySource(octets)
        rest = Mutex(number)
    }

    var count: Int { octets.count }

    func read(at offset: Int, into buffer: inout MutableSpan<UInt8>) throws -> Int {
        let isBroken = rest.withLock { rest in
            rest -= 1
            return rest < 0
        }
        if isBroken { throw Broken() }
        return octets.read(at: offset, into: &buffer)
    }
}

/// The octets of `body`, read to the end and rewound.
func all(of body: PayloadBody) throws -> [UInt8] {
    switch body {
    case .memory(let octets):
        return octets
    case .stream(let stream):
        var buffer = [UInt8](repeating: 0, count: PayloadStream.windowSize)
        var octets: [UInt8] = []
        while true {
            let count = try unsafe buffer.withUnsafeMutableBytes { try unsafe stream.next(into: $0) }
            guard count > 0 else { break }
            octets += buffer[..<count]
        }
        stream.rewind()
        return octets
    }
}

/// Octets of every value that are the same each time: a block of 64 KiB without a pattern, again and again.
func someOctets(_ count: Int) -> [UInt8] {
    let blocks = [[UInt8]](repeating: block, count: count / block.count + 1)
    return Array(blocks.joined().prefix(count))
}

private let block: [UInt8] = {
    var random = SplitMix64(seed: 1)
    return (0..<65_521).map { _ in UInt8(truncatingIfNeeded: random.next()) }
}()

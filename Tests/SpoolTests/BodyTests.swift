import Foundation
import Mail
import Spool
import Synchronization
import Testing

/// Bodies on their way into files: back-pressure, and readers.
@Suite struct BodyTests {
    @Test func `a body whose disk is behind says so, and when it has caught up`() async throws {
        var fixture = SpoolFixture()
        let gate = Gate()
        fixture.options.files = SlowFiles(gate: gate)
        try await fixture.withSpool { spool in
            let (drained, tell) = AsyncStream.makeStream(of: Void.self)
            let body = spool.makeBody(for: spool.mintID()) { tell.yield() }
            let chunk = [UInt8](repeating: 7, count: 64 << 10)
            #expect(!body.isBehind)
            var sent = 0
            while !body.isBehind {
                unsafe chunk.withUnsafeBytes { unsafe body.append($0) }
                sent += 1
                try #require(sent < 100, "nothing ever holds the sender back")
            }
            gate.open()
            var drains = drained.makeAsyncIterator()
            await drains.next()
            #expect(!body.isBehind)
            #expect(body.byteCount == sent * chunk.count)
            body.abort()
        }
        #expect(try fixture.bodyFiles().isEmpty)
    }

    @Test func `small bodies stay in memory and never touch the disk`() async throws {
        let fixture = SpoolFixture()
        try await fixture.withSpool { spool async throws in
            let message = Letter(size: 131_072).message(for: spool)
            #expect(message.body.inMemory?.count == 131_072)
            #expect(!message.body.isBehind)
            #expect(try fixture.bodyFiles().isEmpty)
            let large = Letter(size: 131_073).message(for: spool)
            #expect(large.body.inMemory == nil)
        }
    }

    @Test(arguments: [1_000, 200_000])
    func `readers read at any offset and end at the end`(size: Int) async throws {
        let fixture = SpoolFixture()
        let letter = Letter(size: size)
        try await fixture.withSpool { spool in
            let id = try await Acceptor().store(letter, in: spool)
            let reader = try #require(try await spool.stored(id)).octets.open()
            var buffer = [UInt8](repeating: 0, count: 300)
            for (offset, count) in [(0, 300), (500, 300), (size - 10, 10), (size, 0), (size + 5, 0)] {
                let got = try unsafe buffer.withUnsafeMutableBytes {
                    try unsafe reader.read(at: offset, into: $0)
                }
                #expect(got == count)
                #expect(buffer.prefix(got).elementsEqual(letter.octets.dropFirst(offset).prefix(got)))
            }
        }
    }

    @Test func `a file that is shorter than its row says is an error`() async throws {
        let fixture = SpoolFixture()
        try await fixture.withSpool { spool in
            let id = try await Acceptor().store(Letter(size: 200_000), in: spool)
            let file = try #require(try fixture.bodyFiles().first)
            _ = unsafe truncate("\(fixture.path)/bodies/\(file)", 100)
            let message = try #require(try await spool.stored(id))
            #expect(throws: SpoolError.inputOutput(errno: EIO)) { try message.octets.read() }
        }
    }
}

/// Closed until it is opened.
final class Gate: Sendable {
    private let lock = NSCondition()
    private let isOpen = Atomic<Bool>(false)

    func open() {
        lock.withLock {
            isOpen.store(true, ordering: .sequentiallyConsistent)
            lock.broadcast()
        }
    }

    func pass() {
        lock.withLock { while !isOpen.load(ordering: .sequentiallyConsistent) { lock.wait() } }
    }
}

/// Files whose writes wait at a gate.
struct SlowFiles: FileOperations {
    let gate: Gate
    private let system = SystemFiles()

    init(gate: Gate) { self.gate = gate }

    func makeFolder(_ path: String) throws(SpoolError) { try system.makeFolder(path) }
    func create(_ path: String) throws(SpoolError) -> Int32 { try system.create(path) }
    func write(_ octets: [UInt8], to descriptor: Int32) throws(SpoolError) {
        gate.pass()
        try system.write(octets, to: descriptor)
    }
    func sync(_ descriptor: Int32) throws(SpoolError) { try system.sync(descriptor) }
    func close(_ descriptor: Int32) throws(SpoolError) { try system.close(descriptor) }
    func syncFolder(_ path: String) throws(SpoolError) { try system.syncFolder(path) }
    func remove(_ path: String) throws(SpoolError) { try system.remove(path) }
}

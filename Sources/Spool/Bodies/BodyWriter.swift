package import Mail

/// The octets of one message on their way into the spool: in memory, and beyond a threshold in a file.
///
/// Event-loop-bound until it is handed to `MessageSpool.accept` with its message; the spool's alone from then on.
package final class BodyWriter: @unchecked Sendable {
    /// What is collected before it goes to the disk.
    static let chunkSize = 64 << 10
    /// Room for a common message, so that its array is made once.
    static let firstCapacity = 8 << 10

    /// The message.
    package let id: MessageID
    /// How many octets came.
    package private(set) var byteCount = 0
    private let threshold: Int
    private let arrivals: Arrivals
    private let makeFile: @Sendable () -> BodyFile
    private var chunk: [UInt8] = []
    private var file: BodyFile?
    private var isSealed = false

    init(
        id: MessageID, threshold: Int, arrivals: Arrivals, makeFile: @escaping @Sendable () -> BodyFile
    ) {
        self.id = id
        self.threshold = threshold
        self.arrivals = arrivals
        self.makeFile = makeFile
        arrivals.begin()
    }

    deinit { abort() }

    /// Takes a copy of `octets`.
    ///
    /// Never blocks.
    package func append(_ octets: UnsafeRawBufferPointer) {
        if byteCount == 0 { chunk.reserveCapacity(Self.firstCapacity) }
        byteCount += octets.count
        unsafe chunk.append(contentsOf: octets)
        if chunk.count > (file == nil ? threshold : Self.chunkSize) { spill() }
    }

    /// True while the disk is behind: whoever saw it is told by `onDrained` when to go on.
    package var isBehind: Bool { file?.isBehind ?? false }

    /// How many octets are in memory: all of them, or those that the disk does not have yet.
    package var heldOctets: Int { file.map { $0.waiting + chunk.count } ?? byteCount }

    /// Whether the octets are in a file.
    var isInFile: Bool { file != nil }

    /// The octets, as long as all of them are in memory.
    package var inMemory: [UInt8]? { file == nil ? chunk : nil }

    /// Gives the message up; nothing of it is kept.
    ///
    /// Does no harm twice or after an error.
    package func abort() {
        guard !isSealed else { return }
        isSealed = true
        if file == nil { arrivals.end() }
        chunk = []
        file?.discard()
    }

    /// Ends the message.
    ///
    /// `done` is called at once for what is in memory, else on a thread of the spool's.
    func seal(_ done: @escaping @Sendable (Result<SealedBody, SpoolError>) -> Void) {
        guard !isSealed else { return done(.failure(.closed)) }
        isSealed = true
        if file == nil { arrivals.end() }
        let rest = exchange(&chunk, with: [])
        guard let file else { return done(.success(.memory(rest))) }
        if !rest.isEmpty { file.write(rest) }
        file.seal(done)
    }

    /// Removes the file of a sealed message that was not stored after all.
    func removeFile() { file?.discard() }

    private func spill() {
        let file = self.file ?? beginFile()
        file.write(exchange(&chunk, with: []))
    }

    /// A message of this size takes its time, and nobody should wait for its end.
    private func beginFile() -> BodyFile {
        arrivals.end()
        let file = makeFile()
        self.file = file
        return file
    }
}

internal import NIOCore
internal import SMTP
internal import Synchronization

/// Brings outcomes from other threads to the connections of one event loop.
///
/// Senders append under a lock; the first one to find the inbox empty wakes the loop, which takes all of it. So a
/// batch of outcomes costs one wake-up however many messages it is about.
final class LoopMailbox: ReplyMailbox, Sendable {
    private enum Letter {
        case fate(UInt64, TransactionOutcome.Fate)
        case verdict(UInt64, RecipientVerdict)
        case resume(UInt64)
        case work(@Sendable () -> Void)
    }

    private struct Inbox {
        var letters: [Letter] = []
        var isClosed = false
    }

    private let loop: any EventLoop
    private let inbox = Mutex(Inbox())
    private let connections: NIOLoopBoundBox<[UInt64: ConnectionHandler]>
    private let lastToken: NIOLoopBoundBox<UInt64>

    /// The mailbox of `loop`.
    init(_ loop: any EventLoop) {
        self.loop = loop
        connections = NIOLoopBoundBox.makeBoxSendingValue([:], eventLoop: loop)
        lastToken = NIOLoopBoundBox.makeBoxSendingValue(0, eventLoop: loop)
    }

    /// Adds a connection of this loop; the token is what outcomes for it must carry.
    func register(_ connection: ConnectionHandler) -> UInt64 {
        lastToken.value += 1
        connections.value[lastToken.value] = connection
        return lastToken.value
    }

    /// Forgets a connection: what comes for it is thrown away.
    func remove(_ token: UInt64) {
        connections.value[token] = nil
    }

    /// Calls `body` on the loop for every connection.
    func forEachConnection(_ body: @escaping @Sendable (ConnectionHandler) -> Void) {
        loop.execute { self.connections.value.values.forEach(body) }
    }

    /// Takes no more letters, and calls `body` on the loop for every connection that is left: the loop is about to end.
    func close(_ body: @escaping @Sendable (ConnectionHandler) -> Void) {
        inbox.withLock { $0.isClosed = true }
        forEachConnection(body)
    }

    /// Looks at the deadlines of all connections, again and again until the mailbox is closed.
    ///
    /// One task a loop, not one a connection: cancelling a task of NIO costs time that grows with their number.
    func keepTime(_ core: ServerCore) {
        loop.scheduleTask(in: TimeAmount(core.configuration.options.timeouts.tick)) {
            guard !self.inbox.withLock(\.isClosed) else { return }
            let now = ServerCore.now
            for connection in self.connections.value.values { connection.checkTime(now) }
            self.keepTime(core)
        }
    }

    func deliver(_ outcomes: [TransactionOutcome]) {
        post(outcomes.map { .fate($0.token, $0.fate) })
    }

    func answer(_ token: UInt64, _ verdict: RecipientVerdict) {
        post([.verdict(token, verdict)])
    }

    func resume(_ token: UInt64) {
        post([.resume(token)])
    }

    func execute(_ work: @escaping @Sendable () -> Void) {
        if !post([.work(work)]) { work() }
    }

    /// False: the mailbox is closed, and the letters are lost.
    @discardableResult
    private func post(_ letters: [Letter]) -> Bool {
        let (isTaken, mustWake) = inbox.withLock { inbox in
            guard !inbox.isClosed else { return (false, false) }
            defer { inbox.letters += letters }
            return (true, inbox.letters.isEmpty && !letters.isEmpty)
        }
        if mustWake { loop.execute { self.open() } }
        return isTaken
    }

    private func open() {
        let letters = inbox.withLock { inbox in
            let letters = inbox.letters
            inbox.letters = []
            return letters
        }
        for letter in letters {
            switch letter {
            case .fate(let token, let fate): connections.value[token]?.concluded(fate)
            case .verdict(let token, let verdict): connections.value[token]?.judged(verdict)
            case .resume(let token): connections.value[token]?.diskCaughtUp()
            case .work(let work): work()
            }
        }
    }
}

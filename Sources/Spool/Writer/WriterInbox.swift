/// What waits for the writer.
///
/// Anybody puts in; the writer takes all of it at once, and more of it while its transaction waits for company.
struct WriterInbox {
    /// How long a transaction stays open for more messages, and how many make it stop to wait.
    ///
    /// It is paid back: sync and pages of a transaction are shared by all its messages.
    struct Patience {
        let time: Duration
        let messages: Int

        /// While webhooks wait for the commit.
        static let short = Patience(time: .microseconds(400), messages: 16)
        /// While only senders wait for it.
        static let long = Patience(time: .microseconds(800), messages: 32)
    }
    /// So many messages are worth waking the writer while its transaction waits.
    static let acceptsToWakeFor = 8
    /// How long outcomes may wait for company.
    static let outcomePatience = Duration.milliseconds(20)
    /// So many outcomes need not wait.
    static let outcomesInNoNeed = 2_000
    /// The pause after a transaction with outcomes failed.
    static let outcomeRetry = Duration.seconds(1)

    private let arrivals: Arrivals
    private var accepts: [PendingAccept] = []
    /// The transaction that takes more messages, if there is one.
    private var open: OpenTransaction?
    private var outcomes: [AttemptOutcome] = []
    private var jobs: [WriteJob] = []
    /// When the outcomes that wait must be taken.
    private var outcomesDue: SteadyTime?
    private var isAsleep = false
    private var isClosed = false

    /// What one transaction does.
    struct Load {
        var accepts: [PendingAccept] = []
        var outcomes: [AttemptOutcome] = []
        var jobs: [WriteJob] = []

        var isEmpty: Bool { accepts.isEmpty && outcomes.isEmpty && jobs.isEmpty }

        /// Adds what came later.
        mutating func append(_ more: Load) {
            accepts += more.accepts
            outcomes += more.outcomes
            jobs += more.jobs
        }
    }

    /// What has been taken for the transaction that is open, and since when.
    private struct OpenTransaction {
        var accepts: Int
        let since: SteadyTime
        var patience = Patience.long
    }

    /// An inbox whose writer waits for `arrivals`.
    init(_ arrivals: Arrivals) {
        self.arrivals = arrivals
    }

    /// Puts in a message; true: the writer sleeps and must be woken.
    ///
    /// While its transaction waits for company it is woken for several, or when no more are to come: it looks by
    /// itself when the time is over. `nil`: the spool is closed.
    mutating func put(_ accept: PendingAccept) -> Bool? {
        guard !isClosed else { return nil }
        accepts.append(accept)
        let mayWait = accepts.count < Self.acceptsToWakeFor && isCompanyExpected
        return mayWait ? false : wake()
    }

    /// Puts in a job; as above.
    mutating func put(_ job: WriteJob) -> Bool? {
        guard !isClosed else { return nil }
        jobs.append(job)
        return wake()
    }

    /// Puts in outcomes; true: the writer must be woken, to sleep less long.
    mutating func put(_ new: [AttemptOutcome], now: SteadyTime) -> Bool {
        outcomes += new
        guard outcomesDue == nil || outcomes.count >= Self.outcomesInNoNeed else { return false }
        if outcomesDue == nil { outcomesDue = now + Self.outcomePatience }
        return wake()
    }

    /// Puts back outcomes whose transaction failed.
    ///
    /// A spool that closes tries no more: at the next start their deliveries are claimed and without outcome.
    mutating func putBack(_ old: [AttemptOutcome], now: SteadyTime) {
        guard !isClosed else { return }
        outcomes.insert(contentsOf: old, at: 0)
        outcomesDue = now + Self.outcomeRetry
    }

    /// Lets nothing in but outcomes; what waits is still done.
    mutating func close() {
        isClosed = true
    }

    /// Everything that is to be done at `now`; an empty load at `tick`; `nil` at the end.
    mutating func take(now: SteadyTime, tick: SteadyTime) -> Monitor<WriterInbox>.Attempt<Load?> {
        open = nil
        let isDue = !accepts.isEmpty || !jobs.isEmpty || areOutcomesDue(now)
        let load = isDue ? takeAll(now) : Load()
        isAsleep = false
        if !load.isEmpty || (now >= tick && !isClosed) { return .done(load) }
        if isClosed { return .done(nil) }
        isAsleep = true
        return .wait(until: min(tick, outcomesDue ?? tick))
    }

    /// What else belongs into the transaction that began with the last load; `nil`: nothing, it is to be committed.
    ///
    /// Rows are written while others are still being received, so that little is left to do when the last has come.
    mutating func takeMore(
        _ patience: Patience, now: SteadyTime
    ) -> Monitor<WriterInbox>.Attempt<Load?> {
        isAsleep = false
        open?.patience = patience
        guard let open, open.accepts < patience.messages, !isClosed else { return .done(nil) }
        let due = open.since + patience.time
        // Messages are bounded by their number, jobs by the time: an endless stream of them must not keep it open.
        if !accepts.isEmpty || !jobs.isEmpty && now < due { return .done(takeAll(now)) }
        guard isCompanyExpected, now < due else { return .done(nil) }
        isAsleep = true
        return .wait(until: due)
    }

    private mutating func takeAll(_ now: SteadyTime) -> Load {
        var load = Load(accepts: exchange(&accepts, with: []), jobs: exchange(&jobs, with: []))
        if !load.accepts.isEmpty {
            open = open ?? OpenTransaction(accepts: 0, since: now)
            open?.accepts += load.accepts.count
        }
        // What is asked for sees what was recorded before it was asked.
        if areOutcomesDue(now) || !load.jobs.isEmpty {
            load.outcomes = exchange(&outcomes, with: [])
            outcomesDue = nil
        }
        return load
    }

    /// Whether it is worth while to wait for more messages.
    private var isCompanyExpected: Bool {
        guard let open else { return false }
        return open.accepts + accepts.count < open.patience.messages && arrivals.count > 0
    }

    private func areOutcomesDue(_ now: SteadyTime) -> Bool {
        guard let outcomesDue else { return false }
        return now >= outcomesDue || isClosed || outcomes.count >= Self.outcomesInNoNeed
    }

    private mutating func wake() -> Bool {
        defer { isAsleep = false }
        return isAsleep
    }
}

/// A message that waits for its commit.
struct PendingAccept: Sendable {
    let message: NewMessage
    /// Its octets, where they are; or why they are nowhere.
    let body: Result<SealedBody, SpoolError>
    let observer: any CommitObserver
    let token: UInt64

    /// Why its octets are nowhere.
    var failure: SpoolError? {
        guard case .failure(let error) = body else { return nil }
        return error
    }
}

/// Something else to be done in the next transaction.
///
/// It fails alone: what it wrote before is taken back.
struct WriteJob: Sendable {
    /// Writes, and answers what is to be done once all of it is committed.
    let write: @Sendable (WriterTransaction) throws -> @Sendable () -> Void
    /// Told when nothing of it was committed.
    let fail: @Sendable (SpoolError) -> Void
}

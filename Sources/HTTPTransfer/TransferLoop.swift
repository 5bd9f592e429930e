import CCurl

/// What the curl thread does, round after round.
///
/// Bound to that thread.
final class TransferLoop {
    private let inbox: TransferInbox
    private let multi: MultiHandle
    private let limits: TransferLimits
    private let observer: any TransferObserver

    private var active: [EasyHandle] = []
    private var free: [EasyHandle] = []
    private var waiting: [TransferInbox.Submission] = []
    private var results: [TransferResult] = []
    private var lookups: NameLookups
    private var leaders: [EasyHandle] = []
    private var urls: [String: WebURL] = [:]
    private var bundles: CertificateBundles

    /// URLs whose parts are remembered at most.
    private static let rememberedURLs = 1024
    /// Easy handles kept for reuse at most.
    private static let keptHandles = 64
    /// Longest sleep while something waits for a time of ours.
    private static let watchfulSleep: Duration = .milliseconds(250)
    /// Longest sleep otherwise.
    private static let idleSleep: Duration = .seconds(60)

    init(inbox: TransferInbox, limits: TransferLimits, observer: any TransferObserver) {
        self.inbox = inbox
        self.limits = limits
        self.observer = observer
        multi = inbox.multi
        lookups = NameLookups(limit: limits.lookups)
        bundles = CertificateBundles(system: limits.caBundle ?? CurlLibrary.caBundle)
    }

    /// Works until the inbox says stop and nothing is left, or the deadline has come.
    func run() {
        while true {
            let batch = inbox.take()
            for submission in batch.submissions { admit(submission) }
            if !multi.perform() { abandonAll(.other(code: -1)) }
            collect()
            admitWaiting()
            if let deadline = batch.deadline, deadline <= .now { abandonAll(.interrupted) }
            report()
            if batch.deadline != nil, active.isEmpty, waiting.isEmpty { break }
            if inbox.fallAsleep(after: batch) { multi.sleep(atMost: longestSleep(until: batch.deadline)) }
        }
        free = []
        bundles.close()
        inbox.end()
    }

    private func longestSleep(until deadline: ContinuousClock.Instant?) -> Duration {
        let own = waiting.isEmpty && leaders.isEmpty ? Self.idleSleep : Self.watchfulSleep
        guard let deadline else { return own }
        return min(own, deadline - .now)
    }

    private func admit(_ submission: TransferInbox.Submission) {
        do throws(TransferError) {
            let url = try parsed(submission.transfer.url)
            guard active.count < limits.inFlight else { return waiting.append(submission) }
            guard url.address == nil else { return try start(submission, lookup: nil) }
            let name = url.authority
            switch lookups.admit(name, now: .now) {
            case .known: try start(submission, lookup: nil)
            case .lookup: try start(submission, lookup: name)
            case .wait: waiting.append(submission)
            case .refused: throw .nameLookupTimedOut
            }
        } catch {
            fail(submission, error)
        }
    }

    private func start(_ submission: TransferInbox.Submission, lookup name: String?) throws(TransferError) {
        guard let easy = free.popLast() ?? EasyHandle(limits: limits) else {
            throw .other(code: Int(CURLE_OUT_OF_MEMORY.rawValue))
        }
        do throws(TransferError) {
            let bundle = try bundles.path(with: submission.transfer.caFile)
            try easy.begin(submission.transfer, submittedAt: submission.submittedAt, caBundle: bundle)
        } catch {
            free.append(easy)
            if let name { lookups.ended(name, .failed, now: .now) }
            throw error
        }
        easy.lookupName = name
        if name != nil { leaders.append(easy) }
        enter(easy)
    }

    private func enter(_ easy: EasyHandle) {
        easy.position = active.count
        active.append(easy)
        if !multi.add(easy) { leave(easy, easy.end(.failed(.other(code: -1)))) }
    }

    private func parsed(_ text: String) throws(TransferError) -> WebURL {
        if let known = urls[text] { return known }
        let url = try WebURL(text)
        if urls.count >= Self.rememberedURLs { urls.removeAll() }
        urls[text] = url
        return url
    }

    /// Looks again at those that wait, in order; those who waited too long fail.
    private func admitWaiting() {
        guard !waiting.isEmpty else { return }
        let all = waiting
        waiting = []
        for submission in all {
            if ContinuousClock.now - submission.submittedAt > submission.transfer.timeout {
                fail(submission, isLookedUp(submission) ? .nameLookupTimedOut : .interrupted)
            } else {
                admit(submission)
            }
        }
    }

    /// Whether `submission` waits for its name, and not for a place that others take: that is no fault of its receiver.
    private func isLookedUp(_ submission: TransferInbox.Submission) -> Bool {
        guard let url = try? parsed(submission.transfer.url), url.address == nil else { return false }
        return lookups.isRunning(url.authority)
    }

    private func collect() {
        while let (easy, code) = multi.nextEnded() {
            if easy.deservesSecondTry(code) {
                multi.remove(easy)
                if easy.beginAgain(), multi.add(easy) { continue }
            }
            let result = easy.end(code)
            leave(easy, result)
        }
        releaseLeaders()
    }

    /// Takes `easy` out of everything and notes its result.
    private func leave(_ easy: EasyHandle, _ result: TransferResult) {
        multi.remove(easy)
        endLookup(of: easy, result)
        if let last = active.popLast(), last !== easy {
            last.position = easy.position
            active[easy.position] = last
        }
        if free.count < Self.keptHandles { free.append(easy) }
        results.append(result)
    }

    private func abandonAll(_ error: TransferError) {
        while let easy = active.last { leave(easy, easy.end(.failed(error))) }
        for submission in waiting { fail(submission, error) }
        waiting = []
    }

    private func fail(_ submission: TransferInbox.Submission, _ error: TransferError) {
        var result = TransferResult(token: submission.transfer.token, outcome: .failed(error))
        result.phases.queued = .now - submission.submittedAt
        results.append(result)
    }

    private func report() {
        guard !results.isEmpty else { return }
        let batch = results
        results = []
        observer.finished(batch)
    }

    private func releaseLeaders() {
        guard !leaders.isEmpty else { return }
        leaders.removeAll { easy in
            guard let name = easy.lookupName, easy.isPastLookup else { return easy.lookupName == nil }
            easy.lookupName = nil
            lookups.ended(name, .resolved, now: .now)
            return true
        }
    }

    /// Ends the lookup that `easy` led; those who wait for the name share the failure.
    private func endLookup(of easy: EasyHandle, _ result: TransferResult) {
        guard let name = easy.lookupName else { return }
        easy.lookupName = nil
        leaders.removeAll { $0 === easy }
        guard !easy.isPastLookup, case .failed(let error) = result.outcome else {
            return lookups.ended(name, .resolved, now: .now)
        }
        lookups.ended(name, error == .nameLookupTimedOut ? .hung : .failed, now: .now)
        guard error == .nameNotResolved || error == .nameLookupTimedOut else { return }
        let all = waiting
        waiting = []
        for submission in all {
            if (try? parsed(submission.transfer.url))?.authority == name {
                fail(submission, error)
            } else {
                waiting.append(submission)
            }
        }
    }
}

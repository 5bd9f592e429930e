import HTTPTransfer
import Mail
import Spool

/// What the end of a flight means: for the spool, the endpoint's health and the people who read logs.
struct Conclusion: Sendable {
    /// The flight.
    let flight: DeliveryDesk.Flight
    /// How the transfer ended.
    let result: TransferResult
    /// What the answer means.
    let judgement: Judgement
    /// What the spool has to know.
    let outcome: AttemptOutcome
    /// What the endpoint's health has to know.
    let report: EndpointGovernor.Report
    /// How long until the delivery is due again; `nil` when it has ended.
    let wait: Duration?

    /// The clocks at the end of a flight.
    struct Moment {
        /// What people see.
        let wall: Timestamp
        /// What due times are counted by.
        let due: Timestamp
        /// Between -1 and 1, for jitter.
        let chance: Double
    }

    /// Concludes a flight; `heldTime` is how long the endpoint was held in all.
    init(_ flight: DeliveryDesk.Flight, _ result: TransferResult, at moment: Moment, heldTime: () -> Duration)
    {
        self.flight = flight
        self.result = result
        var judgement = flight.target.policy.judge(result.outcome, now: moment.wall)
        var wait: Duration?
        switch judgement.fate {
        case .delivered, .dead: break
        case .giveBack: wait = .zero
        case .retry:
            let delivery = flight.delivery
            let age = moment.due - delivery.seriesStart - (heldTime() - delivery.heldBefore)
            wait = flight.target.options.retry.wait(
                afterAttempts: delivery.spent + 1, age: age, chance: moment.chance)
            if wait == nil { judgement.fate = .dead(.expired) }
        }
        self.judgement = judgement
        self.wait = wait
        report = Self.report(judgement, result)
        outcome = AttemptOutcome(
            delivery: flight.delivery.id, attempt: flight.delivery.attempt,
            record: AttemptRecord(result, judgement, startedAt: flight.startedAt),
            next: Self.next(judgement.fate, wait: wait ?? .zero, at: moment))
    }

    private static func next(_ fate: Judgement.Fate, wait: Duration, at moment: Moment)
        -> AttemptOutcome.NextStep
    {
        switch fate {
        case .delivered: .delivered(at: moment.wall)
        case .dead: .dead(at: moment.wall)
        case .giveBack: .ready(due: moment.due, isSpent: false)
        case .retry: .ready(due: moment.due + wait, isSpent: true)
        }
    }

    private static func report(_ judgement: Judgement, _ result: TransferResult) -> EndpointGovernor.Report {
        if case .pause(let pause) = judgement.order { return .pause(pause) }
        if judgement.order == .disable { return judgement.fate == .delivered ? .success : .none }
        switch judgement.fate {
        // An endpoint that refuses one message by name is well.
        case .delivered, .dead(.aborted), .dead(.permanent): return .success
        case .giveBack: return .none
        case .retry, .dead(.expired): break
        }
        switch result.outcome {
        case .response(let response): return (502...504).contains(response.status) ? .overload : .failure
        case .failed(let error): return report(error)
        }
    }

    private static func report(_ error: TransferError) -> EndpointGovernor.Report {
        switch error {
        case .timedOut, .connectionLost, .notConnected, .responseIncomplete: .overload
        case .bodyUnreadable, .interrupted: .none
        case .badURL, .badHeader, .caFileUnreadable, .nameNotResolved, .nameLookupTimedOut, .addressRefused,
            .tlsFailed, .certificateRefused, .responseHeaderTooLarge, .malformedResponse, .other:
            .failure
        }
    }
}

extension AttemptRecord {
    /// The record of an attempt that ended with `result`.
    init(_ result: TransferResult, _ judgement: Judgement, startedAt: Timestamp) {
        self.init(startedAt: startedAt, result: Self.result(judgement, result.outcome))
        address = result.remoteAddress
        timings = Timings(result.phases)
        switch result.outcome {
        case .response(let answer):
            status = answer.status
            response = answer.bodyPrefix
        case .failed(let error):
            self.error = error.name
        }
    }

    private static func result(_ judgement: Judgement, _ outcome: TransferResult.Outcome) -> Result {
        if case .failed(.interrupted) = outcome { return .interrupted }
        switch judgement.fate {
        case .delivered: return .delivered
        case .giveBack: return judgement.order == .disable ? .failed : .deferred
        case .retry, .dead: return .failed
        }
    }
}

extension AttemptRecord.Timings {
    /// The milestones behind `phases`; what did not happen has none.
    init(_ phases: TransferPhases) {
        self.init()
        let secured = phases.lookup + phases.connect + phases.tls
        if phases.lookup > .zero { resolved = Int(phases.lookup.milliseconds) }
        if phases.connect > .zero { connected = Int((phases.lookup + phases.connect).milliseconds) }
        if phases.tls > .zero { self.secured = Int(secured.milliseconds) }
        if phases.answer > .zero { answered = Int((phases.total - phases.receive).milliseconds) }
        if phases.total > .zero { ended = Int(phases.total.milliseconds) }
    }
}

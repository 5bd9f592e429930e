import GRDB
import Mail

/// Writes outcomes: the delivery and its attempt in one step (invariant 4).
final class OutcomeRows {
    private let updateDelivery: PreparedStatement
    private let insertAttempt: PreparedStatement

    init(_ db: Database) throws {
        updateDelivery = try PreparedStatement(
            db,
            """
            UPDATE delivery SET state = ?1, at = ?2, spent = spent + ?3, attempts = attempts + ?4
            WHERE message = ?5 AND n = ?6 AND state = 1 AND attempts = ?7
            """)
        insertAttempt = try PreparedStatement(
            db,
            """
            INSERT INTO attempt (message, n, k, at, result, status, resolved, connected, secured, answered, ended,
                                 address, error, response)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
            """)
    }

    func finalize() {
        updateDelivery.finalize()
        insertAttempt.finalize()
    }

    /// Writes `outcome`; false, and nothing written, when the claim it belongs to is not open.
    func write(_ outcome: AttemptOutcome) throws -> Bool {
        let (state, at, spent) = outcome.next.columns
        updateDelivery.bind(1, state.rawValue)
        updateDelivery.bind(2, at.milliseconds)
        updateDelivery.bind(3, outcome.record != nil && spent ? 1 : 0)
        updateDelivery.bind(4, outcome.record != nil ? 1 : 0)
        updateDelivery.bind(5, outcome.delivery.message.key)
        updateDelivery.bind(6, outcome.delivery.number)
        updateDelivery.bind(7, outcome.attempt - 1)
        guard try updateDelivery.run() == 1 else { return false }
        if let record = outcome.record { try write(record, number: outcome.attempt, of: outcome.delivery) }
        return true
    }

    /// Adds attempt `number` of `delivery`.
    func write(_ record: AttemptRecord, number: Int, of delivery: DeliveryID) throws {
        insertAttempt.bind(1, delivery.message.key)
        insertAttempt.bind(2, delivery.number)
        insertAttempt.bind(3, number)
        insertAttempt.bind(4, record.startedAt.milliseconds)
        insertAttempt.bind(5, record.result.rawValue)
        insertAttempt.bind(6, record.status)
        insertAttempt.bind(7, record.timings.resolved)
        insertAttempt.bind(8, record.timings.connected)
        insertAttempt.bind(9, record.timings.secured)
        insertAttempt.bind(10, record.timings.answered)
        insertAttempt.bind(11, record.timings.ended)
        var (address, error) = (record.address ?? "", record.error ?? "")
        try address.withUTF8 { address in
            unsafe insertAttempt.bind(12, text: record.address == nil ? nil : UnsafeRawBufferPointer(address))
            try error.withUTF8 { error in
                unsafe insertAttempt.bind(13, text: record.error == nil ? nil : UnsafeRawBufferPointer(error))
                try unsafe record.response.withUnsafeBytes { response in
                    unsafe insertAttempt.bind(14, octets: response.isEmpty ? nil : response)
                    try insertAttempt.run()
                }
            }
        }
    }
}

extension AttemptOutcome.NextStep {
    /// What the delivery's row says afterwards.
    var columns: (state: DeliveryState, at: Timestamp, isSpent: Bool) {
        switch self {
        case .delivered(let at): (.delivered, at, true)
        case .ready(let due, let isSpent): (.ready, due, isSpent)
        case .dead(let at): (.dead, at, true)
        }
    }
}

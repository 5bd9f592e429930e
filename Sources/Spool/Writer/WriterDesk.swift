/// Where work for the writer is left, from any thread.
struct WriterDesk: Sendable {
    let inbox: Monitor<WriterInbox>

    /// Leaves a message; its observer hears at once when the spool is closed.
    func submit(_ accept: PendingAccept) {
        guard wake(inbox.withLock({ $0.put(accept) })) else {
            accept.message.body.removeFile()
            accept.observer.committed([
                CommitResult(
                    token: accept.token, id: accept.message.id, octets: accept.message.body.byteCount,
                    failure: .closed)
            ])
            return
        }
    }

    /// Leaves outcomes.
    func record(_ outcomes: [AttemptOutcome]) {
        if inbox.withLock({ $0.put(outcomes, now: .now) }) { inbox.ring() }
    }

    /// Leaves a job; it fails at once when the spool is closed.
    func submit(_ job: WriteJob) {
        guard wake(inbox.withLock({ $0.put(job) })) else { return job.fail(.closed) }
    }

    /// Does `body` in the next transaction; once that is committed, `committed` is called on the writer's thread
    /// and the value returned.
    func write<Value: Sendable>(
        _ body: @escaping @Sendable (WriterTransaction) throws -> Value,
        committed: @escaping @Sendable (Value) -> Void = { _ in }
    ) async throws(SpoolError) -> Value {
        let result: Result<Value, SpoolError> = await withCheckedContinuation { waiter in
            submit(
                WriteJob(
                    write: { transaction in
                        let value = try body(transaction)
                        return {
                            committed(value)
                            waiter.resume(returning: .success(value))
                        }
                    },
                    fail: { waiter.resume(returning: .failure($0)) }))
        }
        return try result.get()
    }

    /// Lets nothing more in but outcomes.
    func close() {
        inbox.withLock { $0.close() }
        inbox.ring()
    }

    /// False when nothing was left, because the spool is closed.
    private func wake(_ mustWake: Bool?) -> Bool {
        guard let mustWake else { return false }
        if mustWake { inbox.ring() }
        return true
    }
}

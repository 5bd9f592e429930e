internal import Mail

extension Session {
    /// MAIL.
    mutating func mail(
        from sender: EmailAddress?, _ parameters: MailParameters, in progress: Progress
    ) -> Action {
        switch progress {
        case .connected: refuse(.helloFirst)
        case .greeted: begin(from: sender, parameters)
        case .transaction, .chunks: refuse(.nestedMail)
        }
    }

    private mutating func begin(from sender: EmailAddress?, _ parameters: MailParameters) -> Action {
        if facts.mode.takesUsers, facts.user == nil {
            return refuse(canStartTLS ? .tlsRequired : .authRequired)
        }
        guard allows(parameters) else { return refuse(Reply(.unknownParameter)) }
        if let size = parameters.size, size > options.messageSize.bytes { return refuse(.tooLarge) }
        let transaction = TransactionFacts(
            session: facts, reversePath: sender, declaredSize: parameters.size,
            body: parameters.body ?? .sevenBit,
            smtputf8: parameters.smtputf8, requireTLS: parameters.requireTLS)
        state = .checkingSender(transaction)
        return .checkSender(transaction)
    }

    /// Whether each parameter belongs to an extension that was offered, RFC 5321 §2.2.1.
    private func allows(_ parameters: MailParameters) -> Bool {
        guard facts.isExtended else { return parameters == MailParameters() }
        return (!parameters.requireTLS || canRequireTLS)
            && (!parameters.hasAuth || facts.user != nil || canAuthenticate)
    }

    /// The receiver's answer to MAIL: `nil` when it has nothing against it.
    package mutating func senderChecked(_ refusal: Reply?) -> Action {
        guard case .checkingSender(let transaction) = state else { return .wait }
        guard let refusal else {
            state = .commands(.transaction(Transaction(facts: transaction)))
            return .reply(said(.senderOk))
        }
        state = .commands(.greeted)
        return decline(refusal)
    }

    /// RCPT.
    mutating func recipient(_ path: Command.ForwardPath, in progress: Progress) -> Action {
        switch progress {
        case .connected: refuse(.helloFirst)
        case .greeted, .chunks: refuse(.badSequence)
        case .transaction(let transaction): add(path, to: transaction)
        }
    }

    private mutating func add(_ path: Command.ForwardPath, to transaction: Transaction) -> Action {
        let address =
            switch path {
            case .postmaster: options.postmaster
            case .mailbox(let address): address
            }
        if !transaction.facts.smtputf8, !address.isASCII {
            return refuse(Reply(.needsSMTPUTF8), .refusedRecipient)
        }
        guard transaction.recipients.count < options.recipients else { return refuseSurplus(of: transaction) }
        state = .judging(transaction)
        return .judge(address, transaction.facts)
    }

    /// A client may not know how many are too many, and offers all it has; but not for ever.
    private mutating func refuseSurplus(of transaction: Transaction) -> Action {
        var transaction = transaction
        transaction.surplus += 1
        state = .commands(.transaction(transaction))
        return transaction.surplus > Self.forgivenSurplus
            ? refuse(.tooManyRecipients) : .reply(said(.tooManyRecipients))
    }

    /// How many recipients over the limit are no errors, in a transaction.
    private static let forgivenSurplus = 1000

    /// The receiver's answer to RCPT; after `.later` it is called once more.
    package mutating func judged(_ verdict: RecipientVerdict) -> Action {
        guard case .judging(var transaction) = state else { return .wait }
        switch verdict {
        case .later:
            return .wait
        case .accept(let recipient):
            transaction.recipients.append(recipient)
            state = .commands(.transaction(transaction))
            return .reply(said(.recipientOk))
        case .refuse(let reply):
            state = .commands(.transaction(transaction))
            return reply.isTemporary ? .reply(said(reply)) : refuse(reply, .refusedRecipient)
        }
    }

    /// DATA.
    mutating func data(in progress: Progress) -> Action {
        switch progress {
        case .connected: refuse(.helloFirst)
        case .greeted, .chunks: refuse(.badSequence)
        case .transaction(let transaction): beginData(transaction)
        }
    }

    private mutating func beginData(_ transaction: Transaction) -> Action {
        guard !transaction.recipients.isEmpty else { return refuse(.noRecipients) }
        guard transaction.facts.body != .binaryMIME else { return refuse(.needsChunks) }
        let complete = completed(transaction)
        state = .beginning(complete, .data)
        return .begin(complete.facts, complete.recipients)
    }

    /// The transaction with the peer's name, which may have been found since MAIL.
    private func completed(_ transaction: Transaction) -> Transaction {
        guard let name = facts.remoteName, transaction.facts.session.remoteName != name else {
            return transaction
        }
        var transaction = transaction
        transaction.facts.session.remoteName = name
        return transaction
    }

    /// BDAT.
    ///
    /// Its octets are read whatever the answer is. RFC 3030 §2.
    mutating func chunk(_ chunk: Chunk, in progress: Progress, consumed: Int) -> Step {
        switch progress {
        case .connected:
            return refuse(chunk, .helloFirst, then: progress, consumed)
        case .greeted:
            return refuse(chunk, .badSequence, then: progress, consumed)
        case .transaction(let transaction):
            guard !transaction.recipients.isEmpty else {
                return refuse(chunk, .noRecipients, then: progress, consumed)
            }
            guard chunk.count <= options.messageSize.bytes else {
                refuse(chunk, of: transaction, .tooLarge)
                return Step(consumed: consumed, .read)
            }
            let complete = completed(transaction)
            state = .beginning(complete, .chunk(chunk))
            return Step(consumed: consumed, .begin(complete.facts, complete.recipients))
        case .chunks(let incoming):
            return take(chunk, incoming, consumed: consumed)
        }
    }

    private mutating func refuse(_ chunk: Chunk, _ reply: Reply, then progress: Progress, _ consumed: Int)
        -> Step
    {
        state = .discardingChunk(remaining: chunk.remaining, reply, copies: 1, progress, discarded: 0)
        return Step(consumed: consumed, .read)
    }

    /// Refuses a chunk, and with it the message.
    ///
    /// LMTP's last chunk has a reply for each recipient also then, RFC 2033 §4.3.
    mutating func refuse(_ chunk: Chunk, of transaction: Transaction, _ reply: Reply) {
        let copies = chunk.isLast && facts.mode == .lmtp ? transaction.recipients.count : 1
        state = .discardingChunk(
            remaining: chunk.remaining, reply, copies: copies, .greeted, discarded: 0)
    }

    /// The receiver's answer to DATA or the first BDAT: `nil` when it takes the message.
    package mutating func begun(_ refusal: Reply?) -> Action {
        guard case .beginning(let transaction, let beginning) = state else { return .wait }
        switch (beginning, refusal) {
        case (.data, nil):
            state = .receivingData(Incoming(transaction: transaction))
            return .reply(said(.startData))
        case (.data, let refusal?):
            state = .commands(.greeted)
            followsRefusedData = true
            return decline(refusal)
        case (.chunk(let chunk), nil):
            return take(chunk, Incoming(transaction: transaction), consumed: 0).action
        case (.chunk(let chunk), let refusal?):
            refuse(chunk, of: transaction, refusal)
            return .read
        }
    }

    /// Passes on what the receiver says: only its permanent refusals count as errors.
    private mutating func decline(_ reply: Reply) -> Action {
        reply.isTemporary ? .reply(said(reply)) : refuse(reply)
    }

    /// What became of the message that was finished, RFC 5321 §4.1.1.4; for LMTP RFC 2033 §4.2.
    package mutating func concluded(_ fate: TransactionOutcome.Fate) -> Action {
        guard case .committing(let recipients) = state else { return .wait }
        state = .commands(.greeted)
        budget.forgiveIdleCommands()
        switch fate {
        case .accepted(let id): return answer(.queued(id), copies: recipients)
        case .refused(let reply): return answer(reply, copies: recipients)
        case .perRecipient(let replies) where facts.mode == .lmtp && replies.count == recipients:
            return .replies(replies.map { said($0) })
        case .perRecipient(let replies):
            return answer(replies.first { !$0.isPositive } ?? replies.first ?? .undecided, copies: recipients)
        }
    }

    /// The reply at the end of a message: once, on LMTP once for each recipient.
    mutating func answer(_ reply: Reply, copies: Int) -> Action {
        guard facts.mode == .lmtp else { return .reply(said(reply)) }
        return .replies((0..<copies).map { _ in said(reply) })
    }
}

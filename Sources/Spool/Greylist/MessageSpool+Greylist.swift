import GRDB
package import Mail

extension MessageSpool {
    /// Meets `client`, who carries mail from `sender` to `recipient`, and remembers it.
    ///
    /// The row is on stable storage when the verdict is here, so a crash makes nobody wait twice. It rides in the
    /// writer's next transaction.
    package func greylist(
        client: IPAddress, sender: String, recipient: String, rules: GreylistRules
    ) async throws(SpoolError) -> GreylistVerdict {
        let key = GreylistRows.Key(client: client, sender: sender, recipient: recipient)
        let now = options.now().milliseconds
        return try await desk.write { [greylistSize] transaction in
            try Self.meet(key, rules, at: now, size: greylistSize, transaction.db)
        }
    }

    private static func meet(
        _ key: GreylistRows.Key, _ rules: GreylistRules, at now: Int64, size: GreylistSize, _ db: Database
    ) throws -> GreylistVerdict {
        var network = try GreylistRows.record(key.ofNetwork, at: now, db)
        if rules.allowAfter > 0, let known = network, known.passes >= rules.allowAfter {
            _ = network?.meet(rules, at: now)
            if let network, network != known { try GreylistRows.store(network, key.ofNetwork, db) }
            return .knownNetwork
        }
        guard let known = try GreylistRows.record(key, at: now, db) else {
            return try remember(key, rules, at: now, size: size, db)
        }
        var record = known
        let rest = record.meet(rules, at: now)
        if record != known { try GreylistRows.store(record, key, db) }
        if !known.isKnown, record.isKnown {
            var counted = network ?? GreylistRecord(new: rules, at: now)
            counted.pass(rules, at: now)
            try GreylistRows.store(counted, key.ofNetwork, db)
        }
        return rest.map { .wait($0) } ?? .known
    }

    /// Notes a triple that is new, if there is room, and forgets some that have expired.
    private static func remember(
        _ key: GreylistRows.Key, _ rules: GreylistRules, at now: Int64, size: GreylistSize, _ db: Database
    ) throws -> GreylistVerdict {
        let removed = try GreylistRows.removeExpired(at: now, db)
        guard try size.take(removed: removed, limit: rules.entries, db) else { return .full }
        let record = GreylistRecord(new: rules, at: now)
        try GreylistRows.store(record, key, db)
        return rules.delay > .zero ? .wait(rules.delay) : .known
    }
}

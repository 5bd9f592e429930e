extension DNSResolver {
    /// Longest time that the name of an address is looked for, over all questions that takes.
    package static let nameLimit = Duration.seconds(10)

    /// `confirmedName`, or nil when it takes longer than `limit`.
    package func confirmedName(of address: [UInt8], within limit: Duration) async -> String? {
        await withTaskGroup(of: String?.self) { group in
            group.addTask { await self.confirmedName(of: address) }
            group.addTask {
                try? await Task.sleep(for: limit)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
    }
}

internal import DNS

extension FuzzTarget {
    /// The reader of replies of `DNS`.
    static let dns = [FuzzTarget("dns-reply") { readReply($0) }]

    /// Reads a reply, and what it means for the question that it repeats, whatever type that asked for.
    private static func readReply(_ octets: [UInt8]) {
        guard let reply = DNSReply(octets) else { return }
        precondition(reply.labels.allSatisfy { (1...63).contains($0.count) }, "a label that is none")
        for type in DNSRecordType.allCases {
            let meaning = reply.meaning(for: reply.labels, type)
            guard case .records(let records) = meaning.outcome else { continue }
            precondition(!records.isEmpty && records.count <= octets.count / 11, "records from nowhere")
            for case .address(let address) in records {
                precondition(address.count == (type == .a ? 4 : 16), "an address of another kind")
            }
        }
    }
}

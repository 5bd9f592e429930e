/// What an answer is to.
struct DNSKey: Hashable, Sendable {
    /// The name in lower case, on the wire.
    var name: [UInt8]
    /// The type.
    var type: DNSRecordType

    /// The question for `labels`.
    init(_ labels: [[UInt8]], _ type: DNSRecordType) {
        name = DNSName.wire(DNSName.folded(labels))
        self.type = type
    }
}

/// Answers that still hold, bounded in entries and octets; when it is full the older half goes.
struct DNSCache {
    private var young: [DNSKey: Entry] = [:]
    private var old: [DNSKey: Entry] = [:]
    private var octets = 0
    private let entryLimit: Int
    private let octetLimit: Int

    private struct Entry {
        var answer: DNSAnswer
        var end: ContinuousClock.Instant
    }

    /// Longest time records are kept.
    static let recordLimit = Duration.seconds(86_400)
    /// Longest time the absence of records is kept, RFC 2308 §5.
    static let negativeLimit = Duration.seconds(900)
    /// How long a failure is kept, RFC 2308 §7: long enough to spare a broken server.
    static let failureTime = Duration.seconds(5)

    /// An empty cache for so many entries and octets.
    init(entryLimit: Int = 10_000, octetLimit: Int = 8 << 20) {
        self.entryLimit = entryLimit
        self.octetLimit = octetLimit
    }

    /// How many answers are kept.
    var count: Int { young.count + old.count }

    /// The answer to `key`, if one is known and still holds at `now`.
    func answer(to key: DNSKey, now: ContinuousClock.Instant) -> DNSAnswer? {
        guard let entry = young[key] ?? old[key], entry.end > now else { return nil }
        return entry.answer
    }

    /// Keeps `answer` as long as `ttl` seconds and the limits for its kind allow.
    mutating func keep(_ answer: DNSAnswer, to key: DNSKey, ttl: UInt32?, now: ContinuousClock.Instant) {
        guard let time = Self.time(answer.outcome, ttl: ttl) else { return }
        let size = Self.size(of: answer, key)
        if young.count >= entryLimit / 2 || octets + size > octetLimit / 2 {
            old = young
            young = [:]
            octets = 0
        }
        octets += size
        young[key] = Entry(answer: answer, end: now + time)
    }

    private static func time(_ outcome: DNSAnswer.Outcome, ttl: UInt32?) -> Duration? {
        switch outcome {
        case .records: min(max(.seconds(ttl ?? 0), .seconds(1)), recordLimit)
        case .noData, .nxDomain: ttl.map { min(.seconds($0), negativeLimit) }
        case .failure(.cancelled), .failure(.noServer), .unaskable: nil
        case .failure: failureTime
        }
    }

    private static func size(of answer: DNSAnswer, _ key: DNSKey) -> Int {
        guard case .records(let records) = answer.outcome else { return key.name.count + 64 }
        return records.reduce(key.name.count + 64) { sum, record in
            switch record {
            case .address(let octets), .text(let octets): sum + octets.count + 48
            case .name(let name), .exchange(_, let name): sum + name.utf8.count + 48
            }
        }
    }
}

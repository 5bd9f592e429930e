/// A reply, read as far as we need it.
package struct DNSReply: Sendable, Equatable {
    /// What links it to its question.
    var id: UInt16
    /// The question it repeats, as it stands there.
    package private(set) var labels: [[UInt8]]
    /// The type it repeats.
    var type: UInt16
    /// The response code, with the upper bits of EDNS.
    var code: UInt16
    /// Whether it did not fit (TC).
    var isTruncated: Bool
    /// Whether the resolver validated it (AD).
    var isAuthentic: Bool
    /// The answer section.
    var answers: [Resource] = []
    /// Seconds for which nothing may be assumed to be there: from the SOA record, RFC 2308 §5.
    var negativeTTL: UInt32?

    /// One record.
    struct Resource: Sendable, Equatable {
        /// Its owner, in lower case.
        var owner: [[UInt8]]
        /// Its type.
        var type: UInt16
        /// Seconds it may be kept.
        var ttl: UInt32
        /// What it says; nil for types we do not read.
        var record: DNSRecord?
        /// Where a CNAME leads, in lower case.
        var target: [[UInt8]]?
    }

    /// Reads a reply; nil if it is none, or damaged anywhere.
    ///
    /// A truncated one is read up to the question only.
    package init?(_ octets: [UInt8]) {
        var reader = DNSReader(octets)
        guard let id = reader.word(), let flags = reader.word(), flags & 0xF800 == 0x8000,
            reader.word() == 1, let answerCount = reader.word(), let authorityCount = reader.word(),
            let additionalCount = reader.word(),
            let labels = reader.name(), let type = reader.word(), reader.word() == 1
        else { return nil }
        self.id = id
        self.labels = labels
        self.type = type
        code = flags & 0xF
        isTruncated = flags & 0x0200 != 0
        isAuthentic = flags & 0x0020 != 0
        guard !isTruncated else { return }
        for _ in 0..<answerCount {
            guard let resource = Resource(&reader) else { return nil }
            answers.append(resource)
        }
        for _ in 0..<authorityCount {
            guard let ttl = Self.readAuthority(&reader) else { return nil }
            negativeTTL = negativeTTL ?? ttl
        }
        for _ in 0..<additionalCount {
            guard let upperCode = Self.readAdditional(&reader) else { return nil }
            code |= upperCode
        }
    }

    /// Skips a record of the authority section; the negative TTL if it is an SOA, else an inner nil.
    private static func readAuthority(_ reader: inout DNSReader) -> UInt32?? {
        guard reader.name() != nil, let type = reader.word(), reader.word() != nil,
            let ttl = reader.longWord(),
            let count = reader.word(), var data = reader.part(Int(count))
        else { return nil }
        guard type == 6 else { return .some(nil) }
        guard data.name() != nil, data.name() != nil, data.octets(16) != nil, let minimum = data.longWord()
        else { return nil }
        return min(Resource.seconds(ttl), Resource.seconds(minimum))
    }

    /// Skips a record of the additional section; the upper bits of the response code if it is EDNS's.
    private static func readAdditional(_ reader: inout DNSReader) -> UInt16? {
        guard reader.name() != nil, let type = reader.word(), reader.word() != nil,
            let ttl = reader.longWord(),
            let count = reader.word(), reader.part(Int(count)) != nil
        else { return nil }
        return type == 41 ? UInt16(ttl >> 24) << 4 : 0
    }
}

extension DNSReply.Resource {
    /// Reads one; nil if it is damaged.
    fileprivate init?(_ reader: inout DNSReader) {
        guard let owner = reader.name(), let type = reader.word(), let kind = reader.word(),
            let ttl = reader.longWord(), let count = reader.word(), var data = reader.part(Int(count))
        else { return nil }
        self.owner = DNSName.folded(owner)
        self.type = type
        self.ttl = Self.seconds(ttl)
        guard kind == 1, let known = DNSRecordType(rawValue: type) else { return }
        guard let record = Self.record(known, &data, count: Int(count)), data.isAtEnd else { return nil }
        if case .labels(let labels) = record {
            target = labels
            self.record = .name(DNSName.text(labels))
        } else if case .record(let record) = record {
            self.record = record
        }
    }

    private enum Content {
        case record(DNSRecord)
        case labels([[UInt8]])
    }

    private static func record(_ type: DNSRecordType, _ data: inout DNSReader, count: Int) -> Content? {
        switch type {
        case .a: count == 4 ? data.octets(4).map { .record(.address($0)) } : nil
        case .aaaa: count == 16 ? data.octets(16).map { .record(.address($0)) } : nil
        case .cname, .ptr: data.name().map { .labels(DNSName.folded($0)) }
        case .mx: exchange(&data).map(Content.record)
        case .txt: text(&data).map { .record(.text($0)) }
        }
    }

    private static func exchange(_ data: inout DNSReader) -> DNSRecord? {
        guard let preference = data.word(), let labels = data.name() else { return nil }
        return .exchange(preference: preference, name: DNSName.text(DNSName.folded(labels)))
    }

    private static func text(_ data: inout DNSReader) -> [UInt8]? {
        var text: [UInt8] = []
        repeat {
            guard let count = data.octet(), let string = data.octets(Int(count)) else { return nil }
            text += string
        } while !data.isAtEnd
        return text
    }

    /// A number of seconds; one with the top bit set means none, RFC 2181 §8.
    fileprivate static func seconds(_ ttl: UInt32) -> UInt32 {
        ttl > UInt32(Int32.max) ? 0 : ttl
    }
}

extension DNSReply {
    /// What a reply means, and for how many seconds; nil: it must not be kept.
    package struct Meaning: Equatable {
        /// The answer.
        package var outcome: DNSAnswer.Outcome
        /// How long it holds.
        package var ttl: UInt32?
    }

    /// Most aliases that are followed.
    static let aliasLimit = 12

    /// What it says about `labels` and `type`: aliases are followed inside the reply.
    package func meaning(for labels: [[UInt8]], _ type: DNSRecordType) -> Meaning {
        var owner = DNSName.folded(labels)
        var ttl = UInt32.max
        for _ in 0...Self.aliasLimit {
            let found = answers.filter { $0.owner == owner && $0.type == type.rawValue }
            let records = found.compactMap(\.record)
            if !records.isEmpty {  // A record of another class than IN is none of ours.
                let shortest = found.reduce(ttl) { min($0, $1.ttl) }
                return Meaning(outcome: .records(records), ttl: shortest)
            }
            guard
                let alias = answers.first(where: {
                    $0.owner == owner && $0.type == DNSRecordType.cname.rawValue
                }),
                let target = alias.target
            else {
                return Meaning(
                    outcome: code == 3 ? .nxDomain : .noData, ttl: negativeTTL.map { min($0, ttl) })
            }
            ttl = min(ttl, alias.ttl)
            owner = target
        }
        return Meaning(outcome: .failure(.aliasLoop), ttl: nil)
    }
}

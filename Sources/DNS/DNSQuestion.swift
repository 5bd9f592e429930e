/// One question, ready to be sent.
///
/// RFC 1035 §4.1.
struct DNSQuestion: Sendable, Equatable {
    /// What links question and reply.
    let id: UInt16
    /// The name as it is sent.
    let labels: [[UInt8]]
    /// The type asked for.
    let type: DNSRecordType

    /// Largest datagram we take: what passes the Internet in one piece (EDNS, RFC 6891 §6.2.5).
    static let datagramLimit: UInt16 = 1232

    /// A question under a random id, its letters in random case where `mixesCase`.
    init(labels: [[UInt8]], type: DNSRecordType, mixesCase: Bool) {
        id = UInt16.random(in: .min ... .max)
        self.labels = mixesCase ? DNSName.mixed(labels) : labels
        self.type = type
    }

    /// The message.
    ///
    /// It wants recursion and asks whether the answer is authentic (AD, RFC 6840 §5.7).
    func message(withEDNS: Bool) -> [UInt8] {
        var octets: [UInt8] = []
        for word in [id, 0x0120, 1, 0, 0, withEDNS ? 1 : 0] { octets.append(word: word) }
        octets += DNSName.wire(labels)
        octets.append(word: type.rawValue)
        octets.append(word: 1)
        guard withEDNS else { return octets }
        octets.append(0)  // the OPT record's name is the root
        for word in [41, Self.datagramLimit, 0, 0, 0] { octets.append(word: word) }
        return octets
    }
}

extension [UInt8] {
    /// Adds a number of two octets.
    fileprivate mutating func append(word: UInt16) {
        append(UInt8(word >> 8))
        append(UInt8(truncatingIfNeeded: word))
    }
}

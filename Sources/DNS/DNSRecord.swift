/// The kinds of record that mail asks for.
package enum DNSRecordType: UInt16, Sendable, CaseIterable {
    /// An IPv4 address.
    case a = 1
    /// The name's other name.
    case cname = 5
    /// The name of an address.
    case ptr = 12
    /// A mail exchanger.
    case mx = 15
    /// Text.
    case txt = 16
    /// An IPv6 address, RFC 3596.
    case aaaa = 28

    /// How it is written: `AAAA`.
    package var name: String {
        switch self {
        case .a: "A"
        case .cname: "CNAME"
        case .ptr: "PTR"
        case .mx: "MX"
        case .txt: "TXT"
        case .aaaa: "AAAA"
        }
    }
}

/// What a record says.
package enum DNSRecord: Sendable, Equatable {
    /// The octets of an address: 4 for A, 16 for AAAA.
    case address([UInt8])
    /// The name in a PTR or CNAME, in lower case. Somebody else's text: octets that are not plain are written `\DDD`.
    case name(String)
    /// A mail exchanger; the root, an empty name, is the null MX of RFC 7505.
    case exchange(preference: UInt16, name: String)
    /// The strings of a TXT record, joined with nothing between.
    case text([UInt8])
}

/// What became of a question.
package struct DNSAnswer: Sendable, Equatable {
    /// The kinds of answer.
    package enum Outcome: Sendable, Equatable {
        /// Records of the type asked for; at the end of a CNAME chain if there was one.
        case records([DNSRecord])
        /// The name exists, but has no record of this type.
        case noData
        /// The name does not exist, and nothing below it.
        case nxDomain
        /// Nobody could be asked for such a name: a label or the name is too long, or it is not ASCII. No query was sent.
        case unaskable
        /// No server gave a usable answer; the next attempt may get one.
        case failure(DNSFailure)
    }

    /// What was answered.
    package var outcome: Outcome
    /// Whether a validating resolver that we trust vouches for it (the AD bit, RFC 4035 §3.2.3).
    package var isAuthentic: Bool

    /// An answer; authentic only if said so.
    package init(_ outcome: Outcome, isAuthentic: Bool = false) {
        self.outcome = outcome
        self.isAuthentic = isAuthentic
    }
}

/// Why there is no answer.
package enum DNSFailure: Error, Equatable {
    /// No server answered in time.
    case timeout
    /// The server tried and failed (SERVFAIL): a broken zone, or DNSSEC that does not validate.
    case serverFailure
    /// The server refuses to answer us.
    case refused
    /// Another response code.
    case code(UInt16)
    /// The answer cannot be read.
    case malformed
    /// CNAMEs lead in a circle, or on and on.
    case aliasLoop
    /// The network does not reach the server.
    case unreachable
    /// Nobody waits for the answer any more.
    case cancelled
    /// No server is configured.
    case noServer
}

/// Whom to ask next: a state machine without sockets or clocks.
///
/// Each server is asked in turn, `rounds` times. A reply that did not fit, or whose letters are not in the case they
/// were sent in, is asked for again over TCP, where nobody else can answer; a server that does not know EDNS is asked
/// once more without.
struct LookupPlan {
    /// What to do.
    enum Action: Equatable {
        /// Ask this server.
        case ask(server: Int, overTCP: Bool, withEDNS: Bool)
        /// Give up, for the last reason met.
        case giveUp(DNSFailure)
    }

    private enum State {
        case asking(turn: Int, overTCP: Bool, withEDNS: Bool)
        case over(DNSFailure)
    }

    private let servers: Int
    private let turns: Int
    private let first: Int
    private var state: State

    /// A plan for so many servers, beginning with `first`.
    init(servers: Int, rounds: Int, first: Int = 0) {
        self.servers = servers
        self.first = first
        turns = servers * rounds
        state = turns > 0 ? .asking(turn: 0, overTCP: false, withEDNS: true) : .over(.noServer)
    }

    /// What to do now.
    var action: Action {
        switch state {
        case .asking(let turn, let overTCP, let withEDNS):
            .ask(server: (first + turn) % servers, overTCP: overTCP, withEDNS: withEDNS)
        case .over(let reason):
            .giveUp(reason)
        }
    }

    /// The reply has to be asked for over TCP.
    mutating func needsTCP() {
        switch state {
        case .asking(_, overTCP: true, _): failed(.malformed)
        case .asking(let turn, overTCP: false, let withEDNS):
            state = .asking(turn: turn, overTCP: true, withEDNS: withEDNS)
        case .over: break
        }
    }

    /// The server did not understand the question.
    mutating func notUnderstood(code: UInt16) {
        switch state {
        case .asking(_, _, withEDNS: false): failed(.code(code))
        case .asking(let turn, let overTCP, withEDNS: true):
            state = .asking(turn: turn, overTCP: overTCP, withEDNS: false)
        case .over: break
        }
    }

    /// The server did not help: the next one's turn.
    mutating func failed(_ reason: DNSFailure) {
        switch state {
        case .asking(let turn, _, _):
            state = turn + 1 < turns ? .asking(turn: turn + 1, overTCP: false, withEDNS: true) : .over(reason)
        case .over: break
        }
    }
}

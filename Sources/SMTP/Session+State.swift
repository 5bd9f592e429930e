internal import Mail

extension Session {
    /// Where a conversation stands; what is known only there is kept there.
    enum State {
        /// The first octets must be a PROXY header.
        case awaitingProxyHeader
        /// Nothing was said yet, and nothing is read.
        case opening
        /// The handshake runs. `isFirst`: the greeting comes after it.
        case awaitingTLS(isFirst: Bool)
        /// The next octets are a command line.
        case commands(Progress)
        /// The next octets are a SASL response.
        case authenticating
        /// The SASL exchange works on a message.
        case checkingCredentials
        /// MAIL waits for the receiver.
        case checkingSender(TransactionFacts)
        /// RCPT waits for the receiver.
        case judging(Transaction)
        /// DATA or BDAT waits for the receiver.
        case beginning(Transaction, Beginning)
        /// The next octets are a message.
        case receivingData(Incoming)
        /// The next octets are a message that is already refused; at its end the reply goes out `copies` times.
        ///
        /// `discarded` counts them.
        case discardingData(DataDecoder, Reply, copies: Int, discarded: Int)
        /// The next octets are a chunk.
        case receivingChunk(Incoming, Chunk)
        /// The next octets are a chunk that is already refused; at its end the reply goes out `copies` times.
        ///
        /// `discarded` counts them.
        case discardingChunk(remaining: Int, Reply, copies: Int, Progress, discarded: Int)
        /// The message is complete and waits for its fate, with this many recipients.
        case committing(recipients: Int)
        /// It is over.
        case closed
    }

    /// How far the dialogue of commands has come.
    enum Progress {
        /// No EHLO yet, or none since TLS or XCLIENT.
        case connected
        /// EHLO was said.
        case greeted
        /// MAIL was accepted.
        case transaction(Transaction)
        /// At least one chunk was taken, and another must follow. RFC 3030 §2.
        case chunks(Incoming)
    }

    /// A transaction before its message.
    struct Transaction {
        /// What MAIL said.
        var facts: TransactionFacts
        /// One for each accepted RCPT.
        var recipients: [Recipient] = []
        /// How many came when there were enough.
        var surplus = 0
    }

    /// How a message begins.
    enum Beginning {
        /// By DATA.
        case data
        /// By its first chunk.
        case chunk(Chunk)
    }

    /// A chunk being read.
    struct Chunk {
        /// What BDAT said.
        let count: Int
        /// What is still to come.
        var remaining: Int
        /// Whether the message ends with it.
        let isLast: Bool
    }

    /// A message being received.
    struct Incoming {
        /// The transaction it belongs to.
        let transaction: Transaction
        /// Un-stuffs DATA.
        var decoder = DataDecoder()
        /// Octets so far, after un-stuffing.
        var size = 0
        /// Whether it has bare CR or LF; looked for only where it matters.
        var bareNewlines = BareNewlines()
    }
}

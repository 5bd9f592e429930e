package import Mail
package import Routing

/// One entry of `endpoints:`: a web application that receives mail.
package struct EndpointSettings: Equatable, Sendable {
    /// Its name, in routes, logs, metrics and commands.
    package var name = ""
    /// Where messages are posted; the captures of routes may stand in its path and query.
    package var url = URLTemplate.nowhere
    /// The keys that sign, the newest first; empty: the one that the spool keeps in `webhook-secret`.
    package var secrets: [SecretKey] = []
    /// The Ed25519 key that signs besides.
    package var signingKey: SecretKey?
    /// The form of the request.
    package var format = "transom"
    /// How many requests a message makes.
    package var fanOut = FanOut.message
    /// The section `attachments:`.
    package var attachments = AttachmentSettings()
    /// Whether the message itself goes along.
    package var raw = RawMessage.none
    /// How long a request may take; for large ones, one second for every 256 KiB more.
    package var timeout: Duration = .seconds(30)
    /// The most requests at once.
    package var concurrency = 8
    /// The most requests in a time; `nil`: any number.
    package var rate: Rate?
    /// Whether messages go one after the other.
    package var order = Order.none
    /// Whether the address may be a private one.
    package var allowPrivate = false
    /// A PEM file of authorities trusted besides the system's.
    package var ca: String?
    /// Header fields added to every request.
    package var headers: [HeaderSettings] = []
    /// The section `retry:`.
    package var retry = RetrySettings()
    /// The statuses that end a delivery at once.
    package var permanent: [Int] = []

    /// An endpoint without a name or URL.
    package init() {}

    /// How many requests a message makes.
    package enum FanOut: String, CaseIterable, Sendable {
        /// One.
        case message
        /// One for each recipient.
        case recipient
    }

    /// Whether and how the message itself goes along.
    package enum RawMessage: String, CaseIterable, Sendable {
        /// It does not.
        case none
        /// As base64 in the payload.
        case inline
        /// As a link.
        case url
    }

    /// In which order messages are sent.
    package enum Order: String, CaseIterable, Sendable {
        /// As they come, several at once.
        case none
        /// The oldest first, one in flight.
        case fifo
    }
}

/// `attachments:`: which attachments stand in the payload and which behind links.
package struct AttachmentSettings: Equatable, Sendable {
    /// The largest attachment that stands in the payload.
    package var inlineUpTo = ByteCount.mebibytes(10)
    /// The most that all of them together take there.
    package var inlineTotal = ByteCount.mebibytes(25)

    /// The defaults.
    package init() {}
}

/// One entry of `headers:`.
package struct HeaderSettings: Equatable, Sendable {
    /// The field's name.
    package var name = ""
    /// The value, in which captures may stand.
    package var value = HeaderTemplate.empty

    /// A field without a name.
    package init() {}
}

/// `retry:`: when a failed delivery is tried again.
package struct RetrySettings: Equatable, Sendable {
    /// The waits after the first, second, … failure; the last one repeats.
    package var schedule: [Duration] = [5, 30, 120, 600, 1800, 3600, 7200, 14_400, 28_800, 43_200].map {
        .seconds($0)
    }
    /// How long after acceptance a delivery is given up.
    package var giveUpAfter: Duration = .seconds(5 * 86_400)

    /// The defaults.
    package init() {}
}

/// A key that must not be shown.
package struct SecretKey: Hashable, Sendable {
    /// The key's octets.
    package let octets: [UInt8]

    /// A key of these octets.
    package init(_ octets: [UInt8]) {
        self.octets = octets
    }
}

extension SecretKey: CustomStringConvertible, CustomReflectable {
    /// Stars, so that a log or a failed test never shows the key.
    package var description: String { "***" }

    /// Nothing, for the same reason.
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

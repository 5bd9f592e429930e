/// What the header of a message says, read and decoded.
package struct MessageSummary: Equatable, Sendable {
    /// `Subject`, `nil` without one.
    package var subject: String?
    /// `From`.
    package var from = AddressList()
    /// `Sender`.
    package var sender = AddressList()
    /// `Reply-To`.
    package var replyTo = AddressList()
    /// `To`: all such fields, joined in order.
    ///
    /// RFC 5322 §4.5.3.
    package var to = AddressList()
    /// `Cc`: all such fields, joined.
    package var cc = AddressList()
    /// `Bcc`: all such fields, joined.
    package var bcc = AddressList()
    /// `Date`, `nil` without one that can be read.
    package var date: MailDate?
    /// `Message-ID` without angle brackets.
    package var messageID: String?
    /// `In-Reply-To`.
    package var inReplyTo: [String] = []
    /// `References`.
    package var references: [String] = []

    /// The names of all groups, in the order of From, To, Cc and Reply-To.
    package var groups: [String] {
        from.groups + to.groups + cc.groups + replyTo.groups
    }
}

extension ParsedMessage {
    /// What the header of the message says; what is wrong there is noted in `log`.
    package func summary(defects log: inout DefectLog) -> MessageSummary {
        summary(of: root, defects: &log)
    }

    /// What the header of `part`, the root of a message, says.
    ///
    /// Of fields that may stand there once, the first counts.
    package func summary(of part: Part, defects log: inout DefectLog) -> MessageSummary {
        log.part = part.index
        var summary = MessageSummary()
        var seen: UInt32 = 0
        for field in fields(of: part) where field.kind != .other {
            let bit = UInt32(1) << UInt32(field.kind.rawValue)
            if field.kind.isSingleton, seen & bit != 0 { continue }
            seen |= bit
            read(field, into: &summary, defects: &log)
        }
        return summary
    }

    private func read(_ field: HeaderField, into summary: inout MessageSummary, defects log: inout DefectLog)
    {
        switch field.kind {
        case .subject: summary.subject = text(of: field, defects: &log)
        case .from: summary.from = addresses(of: field, defects: &log)
        case .sender: summary.sender = addresses(of: field, defects: &log)
        case .replyTo: summary.replyTo = addresses(of: field, defects: &log)
        case .to: summary.to.join(addresses(of: field, defects: &log), limit: limits.addresses)
        case .cc: summary.cc.join(addresses(of: field, defects: &log), limit: limits.addresses)
        case .bcc: summary.bcc.join(addresses(of: field, defects: &log), limit: limits.addresses)
        case .date:
            summary.date = withValue(of: field, defects: &log) { MailDate(parsing: $0, defects: &$2) }
        case .messageID:
            summary.messageID = withValue(of: field, defects: &log) {
                MessageIDList.single(parsing: $0, defects: &$2)
            }
        case .inReplyTo: summary.inReplyTo = ids(of: field, defects: &log)
        case .references: summary.references = ids(of: field, defects: &log)
        case .returnPath, .contentType, .contentTransferEncoding, .contentDisposition, .contentID, .other:
            break
        }
    }

    /// The decoded `Subject` of `part`, the root of a message.
    package func subject(of part: Part, defects log: inout DefectLog) -> String? {
        firstField(.subject, of: part).map { text(of: $0, defects: &log) }
    }

    /// The addresses of `field`.
    package func addresses(of field: HeaderField, defects log: inout DefectLog) -> AddressList {
        withValue(of: field, defects: &log) { AddressList(parsing: $0, in: $1, defects: &$2) }
    }

    private func ids(of field: HeaderField, defects log: inout DefectLog) -> [String] {
        withValue(of: field, defects: &log) { MessageIDList(parsing: $0, defects: &$2).ids }
    }

    private func text(of field: HeaderField, defects log: inout DefectLog) -> String {
        var octets: [UInt8] = []
        appendDecodedValue(of: field, to: &octets, defects: &log)
        return String(decoding: octets, as: UTF8.self)
    }
}

extension AddressList {
    /// Adds the addresses of another field of the same kind, up to `limit` of them.
    fileprivate mutating func join(_ other: AddressList, limit: Int) {
        mailboxes.append(contentsOf: other.mailboxes.prefix(max(0, limit - mailboxes.count)))
        groups.append(contentsOf: other.groups)
    }
}

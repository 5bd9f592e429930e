import MIME
import Mail

extension TransomPayload {
    /// Writes what the header says, from `subject` to `reply_to`; what is wrong there is noted in `log`.
    func writeSummary(into json: inout JSONWriter, defects log: inout DefectLog) {
        let summary = parsed.summary(defects: &log)
        json.member("subject", summary.subject)
        json.member("date", summary.date?.rfc3339)
        json.member("message_id", summary.messageID)
        json.member("in_reply_to", summary.inReplyTo)
        json.member("references", summary.references)
        json.member("from", summary.from)
        json.name("sender")
        if let sender = summary.sender.mailboxes.first { json.mailbox(sender) } else { json.null() }
        json.member("to", summary.to)
        json.member("cc", summary.cc)
        json.member("bcc", summary.bcc)
        json.member("reply_to", summary.replyTo)
    }

    /// Writes `headers`: the trace fields, then the first of the message's fields.
    func writeHeaders(into json: inout JSONWriter, defects log: inout DefectLog) {
        json.name("headers")
        json.beginArray()
        json.traceFields(request.trace)
        var octets: [UInt8] = []
        octets.reserveCapacity(1024)
        for field in parsed.fields(of: parsed.root).prefix(parsed.limits.listedFields) {
            octets.removeAll(keepingCapacity: true)
            write(field, through: &octets, into: &json, defects: &log)
        }
        json.endArray()
    }

    /// Writes one field as a pair of name and value, decoded and unfolded; `octets` is empty and lent for that.
    private func write(
        _ field: HeaderField, through octets: inout [UInt8], into json: inout JSONWriter,
        defects log: inout DefectLog
    ) {
        parsed.appendName(of: field, to: &octets)
        let nameEnd = octets.count
        if field.kind == .other {
            parsed.appendDecodedValue(of: field, to: &octets, defects: &log)
        } else {
            // What is wrong with these was noted when the summary was read.
            var noted = DefectLog()
            parsed.appendDecodedValue(of: field, to: &octets, defects: &noted)
        }
        json.beginArray()
        json.string(octets.span.extracting(..<nameEnd))
        json.string(octets.span.extracting(nameEnd...))
        json.endArray()
    }
}

extension JSONWriter {
    /// Writes a member with an array of strings.
    fileprivate mutating func member(_ name: StaticString, _ values: [String]) {
        self.name(name)
        beginArray()
        for value in values { string(value) }
        endArray()
    }

    /// Writes a member with an array of addresses.
    fileprivate mutating func member(_ name: StaticString, _ list: AddressList) {
        self.name(name)
        beginArray()
        for mailbox in list.mailboxes { self.mailbox(mailbox) }
        endArray()
    }

    /// Writes an address; `group` stands there only for a member of one.
    fileprivate mutating func mailbox(_ mailbox: Mailbox) {
        beginObject()
        member("name", mailbox.name)
        member("address", mailbox.address)
        if let group = mailbox.group { member("group", group) }
        endObject()
    }
}

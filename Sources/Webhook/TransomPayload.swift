import MIME
import Mail

/// The JSON of `docs/webhook.md`, member by member in the order of that page.
struct TransomPayload {
    /// What was asked for.
    let request: RenderRequest
    /// The message as it leaves.
    let message: WholeMessage
    /// What was read from it.
    let parsed: ParsedMessage

    /// Writes the whole document.
    func write(into draft: inout PayloadDraft) throws {
        draft.json.beginObject()
        draft.json.member("type", "email.received")
        draft.json.name("timestamp")
        draft.json.timestamp(request.receivedAt)
        draft.json.name("data")
        draft.json.beginObject()
        draft.json.member("id", request.id.description)
        writeEnvelope(into: &draft.json)
        writeVerdicts(into: &draft.json)
        try writeMessage(into: &draft)
        try writeRaw(into: &draft)
        draft.json.endObject()
        draft.json.endObject()
    }

    /// What mail authentication and scanners found: nothing, until they are there.
    private func writeVerdicts(into json: inout JSONWriter) {
        json.name("authentication")
        json.beginObject()
        for name in ["spf", "dkim", "dmarc", "arc", "iprev"] as [StaticString] { json.nullMember(name) }
        json.endObject()
        json.name("scan")
        json.beginObject()
        json.nullMember("spam")
        json.nullMember("virus")
        json.endObject()
        json.nullMember("quarantine")
    }

    /// Writes what the message says, from `subject` to `defects`.
    private func writeMessage(into draft: inout PayloadDraft) throws {
        var log = parsed.log
        writeSummary(into: &draft.json, defects: &log)
        writeHeaders(into: &draft.json, defects: &log)
        let bodies = try parsed.bodies()
        try writeBodies(bodies, into: &draft, defects: &log)
        for name in ["reply", "classification", "bounce", "complaint", "forwarded"] as [StaticString] {
            draft.json.nullMember(name)
        }
        draft.json.name("calendar")
        draft.json.beginArray()
        draft.json.endArray()
        try writeAttachments(bodies, into: &draft, defects: &log)
        writeStructure(into: &draft.json)
        writeDefects(log, into: &draft.json)
    }

    private func writeRaw(into draft: inout PayloadDraft) throws {
        draft.json.name("raw")
        draft.json.beginObject()
        draft.json.member("size", message.count)
        draft.json.name("sha256")
        let isAsReceived = request.trace.isEmpty
        draft.json.hexadecimal(isAsReceived ? request.receivedSHA256 : try draft.sha256(of: message))
        draft.json.member("received_size", message.source.count)
        draft.json.name("received_sha256")
        draft.json.hexadecimal(request.receivedSHA256)
        switch request.raw {
        case .none:
            draft.json.nullMember("content")
        case .inline:
            draft.json.name("content")
            try draft.base64(of: message)
        }
        draft.json.nullMember("url")
        draft.json.endObject()
    }
}

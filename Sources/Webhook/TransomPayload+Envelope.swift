import Mail

extension TransomPayload {
    /// Writes `envelope`: what SMTP said, with the recipients of this delivery only.
    func writeEnvelope(into json: inout JSONWriter) {
        let envelope = request.envelope
        json.name("envelope")
        json.beginObject()
        json.member("mail_from", envelope.mailFrom)
        json.name("recipients")
        json.beginArray()
        for routed in request.recipients where envelope.recipients.indices.contains(routed.recipient) {
            write(envelope.recipients[routed.recipient], routed, into: &json)
        }
        json.endArray()
        json.member("listener", envelope.listener)
        json.member("helo", envelope.helo)
        json.member("remote_ip", envelope.remoteIP)
        json.member("remote_name", envelope.remoteName)
        write(envelope.tls, into: &json)
        json.member("auth", envelope.auth)
        json.member("body", envelope.body.rawValue)
        json.name("smtputf8")
        json.boolean(envelope.smtputf8)
        json.endObject()
    }

    private func write(_ recipient: Recipient, _ routed: RoutedRecipient, into json: inout JSONWriter) {
        json.beginObject()
        json.member("address", recipient.address)
        json.member("local", recipient.local)
        json.member("tag", recipient.tag)
        json.member("domain", recipient.domain)
        json.member("route", routed.route.isEmpty ? nil : routed.route)
        json.name("captures")
        json.beginObject()
        for capture in routed.captures {
            json.name(capture.name)
            json.string(capture.value)
        }
        json.endObject()
        json.endObject()
    }

    private func write(_ tls: Envelope.TLSSession?, into json: inout JSONWriter) {
        json.name("tls")
        guard let tls else { return json.null() }
        json.beginObject()
        json.member("version", tls.version)
        json.member("cipher", tls.cipher)
        json.endObject()
    }
}

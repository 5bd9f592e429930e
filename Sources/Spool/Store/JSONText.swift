import Foundation
import Mail

/// The JSON of the spool's columns: written octet by octet on the writer's thread, read back by Foundation.
enum JSONText {
    /// Writes what `Envelope.init(from:)` reads.
    static func write(_ envelope: Envelope, to json: inout JSONWriter) {
        json.beginObject()
        json.member("mailFrom", envelope.mailFrom)
        json.name("recipients")
        json.beginArray()
        for recipient in envelope.recipients { write(recipient, to: &json) }
        json.endArray()
        json.member("listener", envelope.listener)
        json.member("helo", envelope.helo)
        json.member("remoteIP", envelope.remoteIP)
        json.member("remoteName", envelope.remoteName)
        if let tls = envelope.tls {
            json.name("tls")
            json.beginObject()
            json.member("version", tls.version)
            json.member("cipher", tls.cipher)
            json.endObject()
        }
        json.member("auth", envelope.auth)
        json.member("body", envelope.body.rawValue)
        json.name("smtputf8")
        json.boolean(envelope.smtputf8)
        json.name("requireTLS")
        json.boolean(envelope.requireTLS)
        json.endObject()
    }

    /// Writes what `[RoutedRecipient]` reads.
    static func write(_ recipients: [RoutedRecipient], to json: inout JSONWriter) {
        json.beginArray()
        for recipient in recipients {
            json.beginObject()
            json.name("recipient")
            json.integer(recipient.recipient)
            json.member("route", recipient.route)
            json.name("captures")
            json.beginArray()
            for capture in recipient.captures {
                json.beginObject()
                json.member("name", capture.name)
                json.member("value", capture.value)
                json.endObject()
            }
            json.endArray()
            json.endObject()
        }
        json.endArray()
    }

    /// Writes what `[RefusedRecipient]` reads.
    static func write(_ refused: [RefusedRecipient], to json: inout JSONWriter) {
        json.beginArray()
        for recipient in refused {
            json.beginObject()
            json.name("recipient")
            json.integer(recipient.recipient)
            json.member("route", recipient.route)
            json.member("text", recipient.text)
            json.endObject()
        }
        json.endArray()
    }

    private static func write(_ recipient: Recipient, to json: inout JSONWriter) {
        json.beginObject()
        json.member("address", recipient.address)
        json.member("local", recipient.local)
        json.member("tag", recipient.tag)
        json.member("domain", recipient.domain)
        json.endObject()
    }

    /// Reads back what one of the above wrote.
    static func read<Value: Decodable>(_ type: Value.Type, from text: String) throws -> Value {
        try JSONDecoder().decode(type, from: Data(text.utf8))
    }
}

extension JSONWriter {
    /// Writes a member with a string; none without a value.
    fileprivate mutating func member(_ name: StaticString, _ value: String?) {
        guard let value else { return }
        self.name(name)
        string(value)
    }
}

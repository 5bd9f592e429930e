package import Mail

/// The trace field that stands in front of every message.
///
/// RFC 5321 §4.4.
///
/// ```
/// Received: from mail.example.org (mail.example.org [192.0.2.7])
///         by mx.example.com (Transom) with ESMTPS id msg_01JD…
///         (TLSv1.3 TLS_AES_256_GCM_SHA384);
///         Mon, 23 Nov 2026 20:14:05 +0000
/// ```
package enum Trace {
    /// The `Received:` field of message `id`, for which `hostname` took responsibility at `receivedAt`, with
    /// the CRLF that ends it.
    ///
    /// What the peer said is checked, or put where it can do no harm.
    package static func received(
        _ transaction: TransactionFacts, id: MessageID, hostname: String, receivedAt: Timestamp
    ) -> [UInt8] {
        let session = transaction.session
        var text: [UInt8] = []
        text.reserveCapacity(320)
        text += "Received: from ".utf8
        appendFrom(session, to: &text)
        text += "\r\n\tby ".utf8
        text += hostname.utf8
        text += " (Transom) with ".utf8
        text += keyword(transaction).utf8
        text += " id ".utf8
        id.append(to: &text)
        if let tls = session.tls {
            text += "\r\n\t(".utf8
            appendComment(tls.version, to: &text)
            text.append(0x20)
            appendComment(tls.cipher, to: &text)
            text += ")".utf8
        }
        text += ";\r\n\t".utf8
        receivedAt.appendRFC5322(to: &text)
        text += "\r\n".utf8
        return text
    }

    /// The `with` clause, RFC 3848, RFC 6531 §4.3, RFC 2033.
    package static func keyword(_ transaction: TransactionFacts) -> String {
        let session = transaction.session
        let suffix = (session.tls == nil ? "" : "S") + (session.user == nil ? "" : "A")
        let isLMTP = session.mode == .lmtp
        if transaction.smtputf8 { return (isLMTP ? "UTF8LMTP" : "UTF8SMTP") + suffix }
        if isLMTP { return "LMTP" + suffix }
        return session.isExtended ? "ESMTP" + suffix : "SMTP"
    }

    /// The name the peer gave itself where it is one, and what the connection says about it.
    private static func appendFrom(_ session: SessionFacts, to text: inout [UInt8]) {
        let isName = isDomainOrLiteral(session.helo) && session.helo.utf8.count <= LineReader.longestDomain
        let address = session.peer.address.map(literal)
        text += isName ? session.helo.utf8 : (address ?? "localhost").utf8
        let isOdd = !isName && !session.helo.isEmpty
        guard isOdd || session.remoteName != nil || address != nil else { return }
        text += " (".utf8
        if isOdd {
            text += "HELO ".utf8
            appendComment(session.helo, to: &text)
            text.append(0x20)
        }
        if let remoteName = session.remoteName {
            appendComment(remoteName, to: &text)
            text.append(0x20)
        }
        if let address { text += address.utf8 } else { text.removeLast() }
        text += ")".utf8
    }

    /// RFC 5321 §4.1.3.
    private static func literal(_ address: IPAddress) -> String {
        switch address {
        case .v4: "[" + address.description + "]"
        case .v6: "[IPv6:" + address.description + "]"
        }
    }

    /// Adds `comment` for the inside of a comment: what is not a visible ASCII character, and what means something
    /// there, becomes a question mark, RFC 5322 §3.2.2.
    private static func appendComment(_ comment: String, to text: inout [UInt8]) {
        for octet in comment.utf8 {
            let isPlain = octet > 0x20 && octet < 0x7F && !"()\\".utf8.contains(octet)
            text.append(isPlain ? octet : UInt8(ascii: "?"))
        }
    }
}

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
        var text =
            "Received: from \(from(session))\r\n\tby \(hostname) (Transom) with \(keyword(transaction)) id \(id)"
        if let tls = session.tls { text += "\r\n\t(\(comment(tls.version)) \(comment(tls.cipher)))" }
        text += ";\r\n\t\(receivedAt.rfc5322)\r\n"
        return Array(text.utf8)
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
    private static func from(_ session: SessionFacts) -> String {
        let name = isDomainOrLiteral(session.helo) && session.helo.utf8.count <= LineReader.longestDomain
        let address = session.peer.address.map(literal)
        let host = name ? session.helo : address ?? "localhost"
        var remarks: [String] = []
        if !name, !session.helo.isEmpty { remarks.append("HELO \(comment(session.helo))") }
        if let remoteName = session.remoteName { remarks.append(comment(remoteName)) }
        if let address { remarks.append(address) }
        return remarks.isEmpty ? host : "\(host) (\(remarks.joined(separator: " ")))"
    }

    /// RFC 5321 §4.1.3.
    private static func literal(_ address: IPAddress) -> String {
        switch address {
        case .v4: "[\(address)]"
        case .v6: "[IPv6:\(address)]"
        }
    }

    /// `text` for the inside of a comment: what is not a visible ASCII character, and what means something
    /// there, becomes a question mark, RFC 5322 §3.2.2.
    private static func comment(_ text: String) -> String {
        String(
            decoding: text.utf8.map { octet in
                octet > 0x20 && octet < 0x7F && !"()\\".utf8.contains(octet) ? octet : UInt8(ascii: "?")
            }, as: UTF8.self)
    }
}

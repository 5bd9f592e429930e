internal import Mail
internal import NIOCore
internal import SMTP
internal import TLS

extension ConnectionHandler {
    /// Says `reply`, if anything, and puts TLS below. What we hold of plaintext is dropped: nothing of it may be taken
    /// for something that came inside TLS (CVE-2011-0411).
    func startTLS(_ reply: Reply?) {
        guard let context, let tls else { return close(nil) }
        if let reply { write(reply) }
        flush()
        input = ByteBuffer()
        holds.insert(.answer)
        do {
            try context.pipeline.syncOperations.addHandler(tls.makeHandler(), position: .first)
        } catch {
            close(nil)
        }
    }

    /// The handshake is over.
    func secured(_ info: TLSSessionInfo) {
        tlsInfo = info
        let action = session.tlsEstablished(
            Envelope.TLSSession(version: info.version, cipher: info.cipher), mechanisms: [])
        perform(action)
        release(.answer)
    }
}

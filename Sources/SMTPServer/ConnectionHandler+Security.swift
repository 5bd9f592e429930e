internal import Mail
internal import NIOCore
internal import NIOPosix
internal import SASL
internal import SMTP
internal import TLS
internal import Telemetry

extension ConnectionHandler {
    /// Says `reply`, if anything, and puts TLS below.
    ///
    /// What we hold of plaintext is dropped: nothing of it may be taken for something that came inside TLS
    /// (CVE-2011-0411). Where TLS comes before the greeting there was none, and what came behind the PROXY header is the
    /// beginning of the handshake.
    func startTLS(_ reply: Reply?) {
        guard let context, let tls = security.tls else { return close(nil) }
        if let reply { write(reply) }
        flush()
        let records = session.beginsWithTLS ? input : ByteBuffer()
        input = ByteBuffer()
        holds.insert(.answer)
        do {
            let pipeline = context.pipeline.syncOperations
            try pipeline.addHandler(tls.makeHandler(), position: .first)
            guard records.readableBytes > 0 else { return }
            pipeline.fireChannelRead(NIOAny(records))
            pipeline.fireChannelReadComplete()
        } catch {
            close(nil)
        }
    }

    /// The handshake is over.
    func secured(_ info: TLSSessionInfo) {
        saslConnection = SASLConnection(info)
        perform(
            session.tlsEstablished(
                Envelope.TLSSession(version: info.version, cipher: info.cipher),
                mechanisms: security.mechanisms(for: saslConnection)))
        release(.answer)
    }

    /// Begins a SASL exchange, unless the peer has been guessing too much.
    func authenticate(_ mechanism: String, _ response: [UInt8]?) {
        let isGuessing = core.peers.isGuessing(session.facts.peer, options.limits, now: ServerCore.now)
        exchange = isGuessing ? nil : security.sasl?.begin(mechanism, on: saslConnection)
        respond(response)
    }

    /// Takes the client's message to the exchange: what computes long, or asks somebody, runs on a thread pool.
    func respond(_ message: [UInt8]?) {
        guard let exchange, let context else { return perform(session.authenticated(.unavailable)) }
        guard exchange.mayBlock else { return perform(outcome(of: exchange.step(message))) }
        holds.insert(.answer)
        NIOThreadPool.singleton.runIfActive(eventLoop: context.eventLoop) { exchange.step(message) }
            .assumeIsolated()
            .whenComplete { result in
                self.perform(self.outcome(of: (try? result.get()) ?? .failed(.unavailable)))
                self.release(.answer)
            }
    }

    private func outcome(of step: SASLStep) -> Action {
        switch step {
        case .challenge(let octets):
            return session.authenticated(.challenge(octets))
        case .succeeded(let user):
            exchange = nil
            return session.authenticated(.succeeded(user: user))
        case .failed(.unavailable):
            exchange = nil
            return session.authenticated(.unavailable)
        case .failed(.rejected), .failed(.malformed):
            exchange = nil
            core.metrics.authFailures.add()
            core.peers.noteAuthFailure(session.facts.peer, options.limits, now: ServerCore.now)
            return session.authenticated(.failed)
        }
    }
}

/// Who proves what: certificates and users.
///
/// What is absent is not offered.
struct Security: Sendable {
    /// Certificates.
    var tls: TLSContext?
    /// Users.
    var sasl: SASLService?

    /// The names of the mechanisms that can work on `connection`, the preferred one first.
    func mechanisms(for connection: SASLConnection) -> [String] {
        sasl?.mechanisms(for: connection).map(\.rawValue) ?? []
    }
}

extension SASLConnection {
    /// A connection inside this TLS session.
    init(_ info: TLSSessionInfo) {
        self.init(
            isEncrypted: true, exporter: info.exporter, unique: info.unique,
            certificateEmails: info.clientCertificate?.emails ?? [],
            certificateCommonName: info.clientCertificate?.commonName)
    }
}

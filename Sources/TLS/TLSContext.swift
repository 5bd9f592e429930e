import Synchronization

/// A server's certificates and rules: one for the process, asked for a handler at every connection.
///
/// Files that change are taken over by `reloadIfChanged`; connections that exist keep what they began with.
package final class TLSContext: Sendable {
    /// What it was made from.
    package let options: TLSOptions
    private let state: Mutex<State>

    private struct State {
        var generation: ServerGeneration
        var stamps: [FileStamp]
        var born: ContinuousClock.Instant
        var problem: CertificateError?
    }

    /// How long tickets of one key are honoured: forward secrecy of resumed sessions reaches no further.
    package static let ticketLifetime = Duration.seconds(12 * 3600)

    /// Reads and checks everything `options` names.
    ///
    /// Reads files.
    package init(_ options: TLSOptions) throws(CertificateError) {
        self.options = options
        let stamps = Self.stamps(of: options)
        let generation = try Self.load(options)
        state = Mutex(State(generation: generation, stamps: stamps, born: .now))
    }

    /// A handler for one new connection, server side, with the certificates of this moment.
    package func makeHandler() -> TLSHandler {
        TLSHandler(TLSConnection(server: state.withLock { $0.generation }))
    }

    /// The certificates in use, the default first.
    package var certificates: [CertificateSummary] {
        state.withLock { $0.generation }.certificates.map(\.summary)
    }

    /// What is wrong with the files since they last changed; what was in use before still is.
    package var problem: CertificateError? {
        state.withLock { $0.problem }
    }

    /// Whether clients are asked for a certificate.
    package var asksForClientCertificate: Bool {
        options.clientCertificates != .none
    }

    /// Takes over files that changed, and gives the tickets a new key when theirs is old.
    ///
    /// When a changed file is unusable, everything stays as it is, and the error is returned once for each change.
    /// Reads files, so it belongs on a thread that may block; every ten seconds is often enough.
    package func reloadIfChanged(now: ContinuousClock.Instant = .now) -> TLSReload {
        let current = state.withLock { $0 }
        let stamps = Self.stamps(of: options)
        guard stamps != current.stamps else {
            if now - current.born >= Self.ticketLifetime { renewTickets(after: current.generation, now: now) }
            return .unchanged
        }
        let changed = zip(Self.paths(of: options), zip(stamps, current.stamps)).filter { $1.0 != $1.1 }.map(
            \.0)
        do throws(CertificateError) {
            let generation = try Self.load(options)
            state.withLock { $0 = State(generation: generation, stamps: stamps, born: now) }
            return .reloaded(files: changed)
        } catch {
            state.withLock {
                $0.stamps = stamps
                $0.problem = error
            }
            return .failed(error)
        }
    }

    private func renewTickets(after old: ServerGeneration, now: ContinuousClock.Instant) {
        guard let fresh = try? Self.generation(of: old.certificates, options) else { return }
        state.withLock {
            $0.generation = fresh
            $0.born = now
        }
    }

    private static func load(_ options: TLSOptions) throws(CertificateError) -> ServerGeneration {
        guard !options.certificates.isEmpty else { throw .noneConfigured }
        var certificates: [LoadedCertificate] = []
        for source in options.certificates { certificates.append(try LoadedCertificate(source)) }
        return try generation(of: certificates, options)
    }

    private static func generation(
        of certificates: [LoadedCertificate], _ options: TLSOptions
    ) throws(CertificateError) -> ServerGeneration {
        var authorities: PEMFile?
        if let path = options.clientCertificates.authorities { authorities = try PEMFile(path: path) }
        return try ServerGeneration(certificates: certificates, authorities: authorities, options: options)
    }

    private static func paths(of options: TLSOptions) -> [String] {
        options.certificates.flatMap(\.paths) + [options.clientCertificates.authorities].compactMap(\.self)
    }

    private static func stamps(of options: TLSOptions) -> [FileStamp] {
        paths(of: options).map(FileStamp.init(path:))
    }
}

/// What became of a look at the files.
package enum TLSReload: Sendable, Equatable {
    /// Nothing had changed.
    case unchanged
    /// These files had changed and are in use.
    case reloaded(files: [String])
    /// Something had changed and is unusable; what was in use still is.
    case failed(CertificateError)
}

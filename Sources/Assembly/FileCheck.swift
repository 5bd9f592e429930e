package import Console
import Foundation
import HTTPTransfer
import Mail
import Routing
import SASL
import Settings
import TLS

extension ConfigurationFile {
    /// `check`: what is written, and then what the files that it names hold.
    ///
    /// Nothing is made, bound or asked over the network.
    package func check(_ terminal: Terminal) throws {
        let loaded = load()
        let settings = try settings(loaded, terminal)
        let faults = FileCheck(settings).faults
        for fault in faults { terminal.note(fault.description(in: loaded)) }
        guard faults.isEmpty else {
            throw CommandError(
                "the configuration has \(faults.count) error\(faults.count == 1 ? "" : "s")", .configuration)
        }
        terminal.print("the configuration is valid")
    }
}

/// What is wrong with the files and addresses that a configuration names: found by a start, or by the first delivery,
/// if not here.
private struct FileCheck {
    /// One thing that is wrong.
    struct Fault {
        /// The option.
        let path: [String]
        /// What is wrong, in words.
        let words: String

        /// With the place the option stands at.
        func description(in loaded: LoadedSettings) -> String {
            let place = loaded.place(of: path).map { "\($0): " } ?? ""
            return "\(place)error: \(path.joined(separator: ".")): \(words)"
        }
    }

    private(set) var faults: [Fault] = []

    init(_ settings: BridgeSettings) {
        checkCertificates(settings.tls)
        if let users = settings.auth.users {
            attempt(["auth", "users"]) { _ = try UserStore.open(users) }
        }
        for endpoint in settings.endpoints { check(endpoint) }
    }

    private mutating func checkCertificates(_ tls: TLSSettings) {
        if let certificate = tls.certificate, let key = tls.key {
            attempt(["tls", "certificate"]) { try Self.load(certificate, key) }
        }
        for pair in tls.more { attempt(["tls", "more"]) { try Self.load(pair.certificate, pair.key) } }
        if tls.clientCertificates.mode != .none, let ca = tls.clientCertificates.ca {
            attempt(["tls", "client_certificates", "ca"]) { try Self.readAuthorities(ca) }
        }
    }

    private mutating func check(_ endpoint: EndpointSettings) {
        let path = ["endpoints", endpoint.name]
        if let ca = endpoint.ca { attempt(path + ["ca"]) { try Self.readAuthorities(ca) } }
        if let address = (try? WebURL(Self.sample(of: endpoint.url)))?.address, address.reach == .forbidden {
            faults.append(Fault(path: path + ["url"], words: "\(TransferError.addressRefused("\(address)"))"))
        }
    }

    private mutating func attempt(_ path: [String], _ body: () throws -> Void) {
        do {
            try body()
        } catch {
            faults.append(Fault(path: path, words: "\(error)"))
        }
    }

    private static func sample(of url: URLTemplate) -> String {
        url.render(url.names.map { Capture(name: $0, value: "x") })
    }

    private static func load(_ certificate: String, _ key: String) throws {
        _ = try TLSContext(TLSOptions(certificates: [.files(certificate: certificate, key: key)]))
    }

    private static func readAuthorities(_ path: String) throws {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw CertificateError.unreadable(file: path, errno: errno) }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        let text = String(decoding: try handle.readToEnd() ?? Data(), as: UTF8.self)
        guard text.contains("-----BEGIN CERTIFICATE-----") else {
            throw CertificateError.noCertificate(file: path)
        }
    }
}

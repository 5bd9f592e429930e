package import Console
import Foundation
import Settings
import Webhook

/// `transom init`: a commented configuration for a domain and a URL, and the secret that signs.
package struct NewConfiguration: Sendable {
    private let domain: String
    private let url: String
    private let hostname: String
    private let path: String

    /// A configuration for mail to `domain`, posted to `url`, to be written to `path`; `hostname` is `mx.` and the
    /// domain where it is not given.
    package init(domain: String, url: String, hostname: String?, path: String) {
        self.domain = domain
        self.url = url
        self.hostname = hostname ?? "mx.\(domain)"
        self.path = path
    }

    /// The file of the secret, beside the configuration; absolute, since nobody knows where the bridge will start.
    private var secretPath: String {
        URL(fileURLWithPath: path).deletingLastPathComponent().appendingPathComponent("webhook-secret").path
    }

    /// Writes both files and prints what to do next; files that are there stay as they are.
    package func write(terminal: Terminal) throws {
        for existing in [path, secretPath] where FileManager.default.fileExists(atPath: existing) {
            throw CommandError(
                "\(existing) is there already; move it away, or name a file in another folder with --config",
                .failure)
        }
        let secret = WebhookSecret.generate().text + "\n"
        try check(secret, terminal)
        try create(secretPath, secret, mode: 0o600)
        try create(path, text, mode: 0o644)
        for line in nextSteps { terminal.print(line) }
    }

    /// What would be wrong is said before anything is written.
    private func check(_ secret: String, _ terminal: Terminal) throws {
        var surroundings = Surroundings.system(environment: [:])
        let (path, text, secretPath) = (path, text, secretPath)
        surroundings.listFolder = { _ in [] }
        surroundings.readFile = { asked throws(FileProblem) in
            switch asked {
            case path: FileContents(octets: Array(text.utf8))
            case secretPath: FileContents(octets: Array(secret.utf8))
            default: throw .missing
            }
        }
        let loaded = SettingsLoader(surroundings).load(.file(path))
        for diagnostic in loaded.diagnostics { terminal.note(diagnostic.description) }
        guard loaded.settings != nil else {
            throw CommandError("no configuration can be made of this; nothing was written", .usage)
        }
    }

    private func create(_ path: String, _ text: String, mode: mode_t) throws {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else {
            throw CommandError("cannot write \(path): \(systemWords(errno))", .inputOutput)
        }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try handle.write(contentsOf: Data(text.utf8))
        } catch {
            throw CommandError("cannot write \(path): \(error.localizedDescription)", .inputOutput)
        }
    }

    /// The configuration.
    private var text: String {
        """
        # Transom: mail for \(domain) as webhooks. Every option: docs/configuration.md, or `transom config print`.
        smtp:
          hostname: \(quoted(hostname))   # in the greeting; MX, A, AAAA and PTR records should agree with it
          listeners:
            - { name: mx, address: "[::]:25", mode: mx }
        # tls:                             # without these a certificate is made, signed by itself
        #   certificate: /etc/letsencrypt/live/\(hostname)/fullchain.pem
        #   key: /etc/letsencrypt/live/\(hostname)/privkey.pem
        spool:
          path: /var/lib/transom           # where mail is until your application has it
        endpoints:
          app:
            url: \(quoted(url))
            secret: \(quoted("${file:\(secretPath)}"))
        routes:
          - name: everybody
            match: { recipient: \(quoted("*@\(domain)")) }
            deliver: [app]

        """
    }

    private var nextSteps: [String] {
        [
            "wrote \(path)",
            "wrote \(secretPath): your application checks signatures with it; Transom's user must be able to read it",
            "", "DNS records to add:", "  \(domain).  MX    10 \(hostname).",
            "  \(hostname).  A     the IPv4 address of this machine",
            "  \(hostname).  AAAA  its IPv6 address, if it has one",
            "and have your provider set the PTR record of each address to \(hostname).", "", "Then:",
            "  transom doctor --config \(path)   says what is still missing",
            "  transom serve --config \(path)",
        ]
    }

    /// As a double-quoted scalar of YAML.
    private func quoted(_ text: String) -> String {
        let escaped = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\"", "\\": "\\\(scalar)"
            case _ where scalar.value < 0x20:
                "\\x" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            default: String(scalar)
            }
        }
        return "\"\(escaped.joined())\""
    }
}

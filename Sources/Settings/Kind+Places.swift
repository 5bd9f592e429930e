import Mail
import Routing

extension Kind where Value == ListenAddress {
    /// Where something listens; `unix:` and `systemd:` only where `local` says so.
    static func listen(local: Bool = true) -> Kind {
        Kind(
            name: "address",
            shape: { .text(pattern: local ? "^(unix:.+|systemd:.+|.+:[0-9]+)$" : "^.+:[0-9]+$") },
            read: { written, reading in
                guard let text = reading.text(written) else { return nil }
                switch ListenAddress(configured: text) {
                case .some(.ip(let address, let port)): return .ip(address, port: port)
                case .some(.systemd) where local && !reading.hasCome(written.place, value: "systemd"):
                    return nil
                case .some(let address) where local: return address
                case .some, nil:
                    reading.error(
                        written.place, "\"\(text)\" is no address to listen on", hint(text, local: local))
                    return nil
                }
            },
            show: { .text($0.configured) })
    }

    private static func hint(_ text: String, local: Bool) -> String {
        if text.hasPrefix(":"), Int(text.dropFirst()) != nil { return "did you mean \"[::]\(text)\"?" }
        if text.hasPrefix("localhost:") { return "did you mean \"127.0.0.1\(text.dropFirst(9))\"?" }
        if Int(text) != nil { return "did you mean \"[::]:\(text)\"?" }
        return "write \"[::]:25\" or \"127.0.0.1:25\"" + (local ? ", \"unix:/path\" or \"systemd:NAME\"" : "")
    }
}

extension Kind where Value == ListenAddress {
    /// A server of the DNS, on port 53 unless it names another.
    static var nameServer: Kind {
        Kind(
            name: "server",
            shape: { .text(pattern: nil) },
            read: { written, reading in
                guard let text = reading.text(written) else { return nil }
                let address =
                    IPAddress(text).map { .ip($0, port: 53) }
                    ?? ListenAddress(configured: text) ?? ListenAddress(configured: text + ":53")
                guard case .ip(let server, let port)? = address, port > 0 else {
                    reading.error(
                        written.place, "\"\(text)\" is no address of a server",
                        "write 192.0.2.53, or \"192.0.2.53:5353\" for another port than 53")
                    return nil
                }
                return .ip(server, port: port)
            },
            show: { .text($0.configured) })
    }
}

extension ListenAddress {
    /// Reads `[::]:25`, `127.0.0.1:25`, `unix:/path` or `systemd:NAME`.
    init?(configured text: String) {
        if text.hasPrefix("unix:") {
            let path = String(text.dropFirst(5))
            guard (1...107).contains(path.utf8.count) else { return nil }
            self = .unix(path)
        } else if text.hasPrefix("systemd:") {
            let name = String(text.dropFirst(8))
            guard !name.isEmpty, !name.contains(":") else { return nil }
            self = .systemd(name)
        } else {
            guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...])
            else {
                return nil
            }
            var host = text[..<colon]
            let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
            if isBracketed { host = host.dropFirst().dropLast() }
            guard let address = IPAddress(host), isBracketed == host.contains(":") else { return nil }
            self = .ip(address, port: Int(port))
        }
    }

    /// The form in which it is configured.
    package var configured: String {
        switch self {
        case .ip(let address, let port):
            if case .v4 = address { "\(address):\(port)" } else { "[\(address)]:\(port)" }
        case .unix(let path): "unix:\(path)"
        case .systemd(let name): "systemd:\(name)"
        }
    }
}

extension Kind where Value == IPNetwork {
    /// A block of addresses.
    static var network: Kind {
        Kind(
            name: "network",
            shape: { .text(pattern: nil) },
            read: { written, reading in
                guard let text = reading.text(written) else { return nil }
                guard let network = IPNetwork(text) else {
                    reading.error(
                        written.place, "\"\(text)\" is no network",
                        "write an address and its bits, such as 10.0.0.0/8, with no bit set behind them")
                    return nil
                }
                return network
            },
            show: { .text($0.description) })
    }
}

extension Kind where Value == String {
    /// A host's name.
    static var hostname: Kind {
        Kind(
            name: "host name",
            shape: { .text(pattern: nil) },
            read: { written, reading in
                guard let text = reading.text(written) else { return nil }
                guard let domain = Domain(text)?.ascii, isHostname(domain) else {
                    reading.error(
                        written.place, "\"\(text)\" is no host name", "write a name such as mx.example.com")
                    return nil
                }
                return domain
            },
            show: { .text($0) })
    }

    /// The URL under which something of ours is reached.
    static var url: Kind {
        Kind(
            name: "URL",
            shape: { .text(pattern: "^https?://") },
            read: { written, reading in
                guard let text = reading.text(written) else { return nil }
                guard let url = try? URLTemplate(text), url.names.isEmpty else {
                    reading.error(written.place, "\"\(text)\" is no URL of HTTP")
                    return nil
                }
                return text
            },
            show: { .text($0) })
    }
}

/// Letters, digits, `-` and `_` in labels of 1 to 63.
///
/// RFC 1123 §2.1, and the underscore that some machines have.
private func isHostname(_ domain: String) -> Bool {
    let labels = domain.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return domain.utf8.count <= 253
        && labels.allSatisfy { label in
            (1...63).contains(label.count) && label.first != UInt8(ascii: "-")
                && label.last != UInt8(ascii: "-")
                && label.allSatisfy {
                    isAtomText($0)
                        && ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A || $0 >= 0x30 && $0 <= 0x39 || $0 == 0x2D
                            || $0 == 0x5F)
                }
        }
}

extension Kind where Value == EmailAddress {
    /// A mailbox.
    static var address: Kind {
        Kind(
            name: "mail address",
            shape: { .text(pattern: "^.+@.+$") },
            read: { written, reading in
                guard let text = reading.text(written) else { return nil }
                guard let address = EmailAddress(configured: text) else {
                    reading.error(written.place, "\"\(text)\" is no mail address")
                    return nil
                }
                return address
            },
            show: { .text($0.text) })
    }
}

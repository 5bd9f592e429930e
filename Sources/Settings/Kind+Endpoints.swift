import Routing

extension Kind where Value == URLTemplate {
    /// The URL of an endpoint.
    static var endpointURL: Kind {
        Kind(
            name: "URL",
            shape: { .text(pattern: "^https?://") },
            read: { written, reading in
                guard let text = reading.text(written) else { return nil }
                do throws(TemplateError) {
                    return try URLTemplate(text)
                } catch {
                    reading.report(error, of: "URL", in: written)
                    return nil
                }
            },
            show: { $0.userInfo == nil ? .text($0.text) : .secret($0.text, masked: $0.shown) })
    }
}

extension Kind where Value == HeaderSettings {
    /// The value of a header field.
    static var header: Kind {
        Kind(
            name: "header value",
            shape: { .text(pattern: nil) },
            read: { written, reading in
                guard let text = reading.text(written) else { return nil }
                var header = HeaderSettings()
                do throws(TemplateError) {
                    header.value = try HeaderTemplate(text)
                    return header
                } catch {
                    reading.report(error, of: "header value", in: written)
                    return nil
                }
            },
            show: { $0.isSecret ? .secret($0.value.text) : .text($0.value.text) })
    }
}

extension HeaderSettings {
    /// Whether its name says that the value gives access.
    fileprivate var isSecret: Bool {
        let name = name.lowercased()
        return ["authorization", "cookie", "token", "secret", "key", "password"].contains {
            name.contains($0)
        }
    }

    /// Why a header cannot have this name: it is no field name (RFC 9110 §5.1), or one of Transom's own; else `nil`.
    @Sendable static func objection(_ name: String) -> String? {
        let isToken = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
            }
        }
        guard !name.isEmpty, isToken else { return "it is no name of a header field" }
        let own = [
            "host", "content-type", "content-length", "transfer-encoding", "connection", "expect",
            "transom-attempt",
        ]
        let folded = name.lowercased()
        return own.contains(folded) || folded.hasPrefix("webhook-") ? "Transom sets it itself" : nil
    }
}

extension Reading {
    /// Notes why a text is no template.
    fileprivate mutating func report(_ problem: TemplateError, of what: String, in written: Written) {
        switch problem {
        case .unbalancedBrace(let offset):
            error(
                place(offset, in: written), "a brace without its partner",
                "write {name}, or {{ and }} for the characters themselves")
        case .badName(let name, let offset):
            error(
                place(offset, in: written), "\"\(name)\" is no name for a capture",
                "write {name} with letters, digits and _")
        case .notHTTP:
            error(written.place, "this is no absolute URL", "write http:// or https://, a host and a path")
        case .captureInHost:
            error(
                written.place, "a capture cannot stand in the host of a URL",
                "captures may stand in its path and query")
        case .badHost(let host): error(written.place, "\"\(host)\" is no host")
        case .badPort(let port): error(written.place, "\"\(port)\" is no port")
        case .badCharacter(let offset):
            error(place(offset, in: written), "this character cannot stand in a \(what)")
        case .fragment:
            error(written.place, "a URL's fragment is never sent", "leave out \"#\" and what follows")
        }
    }
}

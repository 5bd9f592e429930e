package import Mail

/// The URL of an endpoint: scheme, host and port are fixed; captures may stand in the path and the query.
package struct URLTemplate: Hashable, Sendable {
    /// The URL as written.
    package let text: String
    /// `http` or `https`.
    package let scheme: String
    /// `user:password` before the host, if any; libcurl sends it as Basic authentication.
    package let userInfo: String?
    /// The host: A-labels, an address, or an IPv6 address in brackets.
    package let host: String
    /// The port; 80 or 443 where none is written.
    package let port: Int
    private let authority: String
    private let tail: Template

    /// A place that does not exist, for settings under construction.
    package static let nowhere = URLTemplate()

    private init() {
        (text, scheme, userInfo, host, port, authority) = ("", "http", nil, "invalid", 80, "http://invalid")
        tail = Template(pieces: [])
    }

    /// Reads an absolute URL of HTTP.
    package init(_ text: String) throws(TemplateError) {
        try checkCharacters(of: text)
        guard let colon = text.firstIndex(of: ":"), text[colon...].hasPrefix("://") else { throw .notHTTP }
        scheme = asciiLowercased(String(text[..<colon]))
        guard scheme == "http" || scheme == "https" else { throw .notHTTP }
        let rest = text[text.index(colon, offsetBy: 3)...]
        let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
        let parts = try Authority(rest[..<end])
        (userInfo, host) = (parts.userInfo, parts.host)
        port = parts.port ?? (scheme == "https" ? 443 : 80)
        authority = "\(scheme)://\(parts.text)"
        guard !rest[end...].contains("#") else { throw .fragment }
        tail = try Template(String(rest[end...]))
        self.text = text
    }

    /// The captures it uses.
    package var names: [String] { tail.names }

    /// Whether the connection is encrypted and the peer verified.
    package var isHTTPS: Bool { scheme == "https" }

    /// The URL with every capture percent-encoded, so that none can leave its place in the path or query.
    package func render(_ captures: [Capture]) -> String {
        authority + encodingNonASCII(tail.render(captures, escape: percentSafe))
    }

    /// The URL without user and password, for people and logs.
    package var shown: String {
        guard let userInfo else { return text }
        // A password may hold an `@` itself, so its end is counted and not looked for.
        let hidden = scheme.utf8.count + "://".utf8.count + userInfo.utf8.count
        return "\(scheme)://***\(Substring(text.utf8.dropFirst(hidden)))"
    }
}

/// `[userinfo@]host[:port]`.
///
/// RFC 3986 §3.2.
private struct Authority {
    let userInfo: String?
    let host: String
    let port: Int?

    init(_ text: Substring) throws(TemplateError) {
        guard !text.contains(where: { $0 == "{" || $0 == "}" }) else { throw .captureInHost }
        let at = text.lastIndex(of: "@")
        userInfo = at.map { String(text[..<$0]) }
        let location = at.map { text[text.index(after: $0)...] } ?? text
        let bracket = location.lastIndex(of: "]") ?? location.startIndex
        let colon = location[bracket...].firstIndex(of: ":")
        port = try colon.map { index throws(TemplateError) in
            try Self.port(location[location.index(after: index)...])
        }
        host = try Self.host(String(location[..<(colon ?? location.endIndex)]))
    }

    var text: String {
        (userInfo.map { $0 + "@" } ?? "") + host + (port.map { ":\($0)" } ?? "")
    }

    private static func port(_ digits: Substring) throws(TemplateError) -> Int {
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = Int(digits),
            (1...65_535).contains(port)
        else { throw .badPort(String(digits)) }
        return port
    }

    private static func host(_ text: String) throws(TemplateError) -> String {
        guard !text.isEmpty else { throw .notHTTP }
        if text.hasPrefix("[") {
            guard text.hasSuffix("]"), IPAddress(text.dropFirst().dropLast()) != nil else {
                throw .badHost(text)
            }
            return asciiLowercased(text)
        }
        guard let host = Domain(text)?.ascii,
            host.utf8.allSatisfy({ isAtomText($0) && $0 != UInt8(ascii: "%") || $0 == UInt8(ascii: ".") })
        else { throw .badHost(text) }
        return host
    }
}

private func checkCharacters(of text: String) throws(TemplateError) {
    let wrong = text.unicodeScalars.enumerated().first { _, scalar in
        scalar.value <= 0x20 || scalar.value == 0x7F || "\"<>\\^`|".unicodeScalars.contains(scalar)
    }
    if let wrong { throw .badCharacter(offset: wrong.offset) }
}

/// `text` with every octet but RFC 3986's unreserved ones percent-encoded.
///
/// A step that is nothing but dots would lead up the path wherever a server decodes before it resolves; its dots are
/// encoded twice, and so stay a name.
private func percentSafe(_ text: String) -> String {
    let isSeparator: (UInt8) -> Bool = { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }
    var encoded = ""
    var rest = text.utf8[...]
    while !rest.isEmpty {
        let step = rest.prefix { !isSeparator($0) }
        let isDots = step.allSatisfy { $0 == UInt8(ascii: ".") }
        encoded +=
            isDots ? String(repeating: "%252E", count: step.count) : percentEncoded(step, where: isReserved)
        rest = rest[step.endIndex...]
        encoded += percentEncoded(rest.prefix(1), where: isReserved)
        rest = rest.dropFirst()
    }
    return encoded
}

private func encodingNonASCII(_ text: String) -> String {
    percentEncoded(text.utf8[...], where: { $0 >= 0x80 })
}

private func percentEncoded(_ text: Substring.UTF8View, where isUnsafe: (UInt8) -> Bool) -> String {
    guard text.contains(where: isUnsafe) else { return String(Substring(text)) }
    let digits = Array("0123456789ABCDEF".utf8)
    let encoded = text.flatMap { byte -> [UInt8] in
        isUnsafe(byte) ? [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]] : [byte]
    }
    return String(decoding: encoded, as: UTF8.self)
}

private func isReserved(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        false
    default: true
    }
}

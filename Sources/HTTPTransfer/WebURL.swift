import CCurl

/// The parts of an `http` or `https` URL, cut by libcurl's own parser: what is checked is what is dialled.
package struct WebURL: Equatable, Sendable {
    /// `http` or `https`.
    package let scheme: String
    /// The host in lower case, an IPv6 address without brackets; numbers such as `127.1` in the standard form.
    package let host: String
    /// The port, the scheme's own where none is written.
    package let port: String
    /// The host as an address; `nil` for a name.
    package let address: NumericAddress?
    /// Host and port: what libcurl remembers addresses by.
    let authority: String

    /// Takes `text` apart.
    package init(_ text: String) throws(TransferError) {
        guard !text.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }), let parser = unsafe curl_url() else {
            throw .badURL(.malformed)
        }
        defer { unsafe curl_url_cleanup(parser) }
        guard unsafe curl_url_set(parser, CURLUPART_URL, text, 0) == CURLUE_OK else {
            throw .badURL(.malformed)
        }
        let part = { (name: CURLUPart, flags: UInt32) in unsafe Self.part(name, of: parser, flags) }
        guard let scheme = part(CURLUPART_SCHEME, 0), scheme == "http" || scheme == "https" else {
            throw .badURL(.scheme)
        }
        guard part(CURLUPART_FRAGMENT, 0) == nil else { throw .badURL(.fragment) }
        guard let host = part(CURLUPART_HOST, 0), let port = part(CURLUPART_PORT, UInt32(CURLU_DEFAULT_PORT))
        else {
            throw .badURL(.malformed)
        }
        let bare = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host.lowercased()
        self.scheme = scheme
        self.host = bare.hasSuffix(".") ? String(bare.dropLast()) : bare
        self.port = port
        address = NumericAddress(bare)
        authority = "\(self.host):\(port)"
    }

    private static func part(_ name: CURLUPart, of parser: OpaquePointer, _ flags: UInt32) -> String? {
        var text: UnsafeMutablePointer<CChar>? = nil
        guard unsafe curl_url_get(parser, name, &text, flags) == CURLUE_OK, let text = unsafe text else {
            return nil
        }
        defer { unsafe curl_free(text) }
        return unsafe String(cString: text)
    }
}

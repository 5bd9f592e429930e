/// What stands between `<` and `>`.
struct BracketedAddress {
    /// The address so far.
    private(set) var octets: [UInt8] = []
    private var isBehindGap = false
    private var hasAt = false

    /// Whether what was read may be a source route, which ends with a colon and carries nothing
    /// (RFC 5322 §4.4).
    var isRoute: Bool { octets.first == UInt8(ascii: "@") }

    /// Blanks or a comment.
    mutating func addGap() {
        isBehindGap = !octets.isEmpty
    }

    /// Adds one octet.
    mutating func add(_ octet: UInt8) {
        switch octet {
        case 0x20, 0x09, 0x0D, 0x0A:
            addGap()
        case UInt8(ascii: "<") where !hasAt, UInt8(ascii: ":") where isRoute:
            octets.removeAll(keepingCapacity: true)
            hasAt = false
        default:
            joinGap(before: octet)
            octets.append(octet)
            if octet == UInt8(ascii: "@") { hasAt = true }
        }
    }

    /// Adds a quoted-string, quotes included.
    mutating func addQuoted(_ quoted: Span<UInt8>) {
        joinGap(before: UInt8(ascii: "\""))
        appendUnfolded(quoted, to: &octets)
        if firstIndex(of: UInt8(ascii: "@"), in: quoted) != nil { hasAt = true }
    }

    /// A gap separates words but not the parts of an address (obs-domain, RFC 5322 §4.4).
    private mutating func joinGap(before next: UInt8) {
        guard isBehindGap else { return }
        isBehindGap = false
        let joints: [UInt8] = [UInt8(ascii: "@"), UInt8(ascii: ".")]
        if let last = octets.last, !joints.contains(last), !joints.contains(next) { octets.append(0x20) }
    }
}

extension Kind where Value == SecretKey {
    /// `whsec_` and the base64 of 24 to 64 octets: a key of Standard Webhooks.
    static var webhookSecret: Kind {
        secret(
            "whsec_", sizes: 24...64, what: "webhook secret",
            recipe: "make one with: echo \"whsec_$(openssl rand -base64 32)\"")
    }

    /// `whsk_` and the base64 of 32 or 64 octets: an Ed25519 key of Standard Webhooks.
    static var signingKey: Kind {
        secret(
            "whsk_", sizes: 32...64, what: "signing key",
            recipe: "make one with: echo \"whsk_$(openssl rand -base64 32)\"",
            isSize: { $0 == 32 || $0 == 64 })
    }

    private static func secret(
        _ prefix: String, sizes: ClosedRange<Int>, what: String, recipe: String,
        isSize: @escaping @Sendable (Int) -> Bool = { _ in true }
    ) -> Kind {
        Kind(
            name: what,
            shape: { .text(pattern: "^(\\$\\{.*|\(prefix)[A-Za-z0-9+/]+={0,2})$") },
            read: { written, reading in
                guard let text = reading.text(written) else { return nil }
                guard text.hasPrefix(prefix), let octets = base64(text.dropFirst(prefix.count)),
                    sizes.contains(octets.count), isSize(octets.count)
                else {
                    reading.error(written.place, "this is no \(what)", recipe, isSecret: true)
                    return nil
                }
                return SecretKey(octets)
            },
            show: { .secret($0.octets.map { String($0, radix: 16) }.joined(separator: " ")) })
    }
}

/// The octets of base64 with or without its padding (RFC 4648 §4); `nil` for anything else.
private func base64(_ text: Substring) -> [UInt8]? {
    var digits = text.utf8[...]
    while digits.last == UInt8(ascii: "="), text.utf8.count - digits.count < 2 { digits.removeLast() }
    guard digits.count % 4 != 1, digits.count == text.utf8.count || text.utf8.count % 4 == 0 else {
        return nil
    }
    var octets: [UInt8] = []
    var (bits, count): (UInt32, UInt32) = (0, 0)
    for digit in digits {
        guard let value = sextet(digit) else { return nil }
        bits = bits << 6 | value
        count += 6
        guard count >= 8 else { continue }
        count -= 8
        octets.append(UInt8(truncatingIfNeeded: bits >> count))
        bits &= 1 << count - 1
    }
    return bits == 0 ? octets : nil
}

private func sextet(_ digit: UInt8) -> UInt32? {
    switch digit {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(digit) - 65
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(digit) - 71
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(digit) + 4
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
}

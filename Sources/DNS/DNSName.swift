/// Domain names between text and wire, RFC 1035 §3.1 and §4.1.4.
enum DNSName {
    /// Longest name on the wire.
    static let wireLimit = 255
    /// Longest label.
    static let labelLimit = 63

    /// The labels of `text`, with or without a final dot; nil if nobody can be asked for it.
    static func labels(of text: String) -> [[UInt8]]? {
        var octets = Array(text.utf8)
        if octets.last == UInt8(ascii: ".") { octets.removeLast() }
        let labels = octets.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map(
            Array.init)
        var count = 1
        for label in labels {
            guard (1...labelLimit).contains(label.count), label.allSatisfy({ (0x21...0x7E).contains($0) }),
                !label.contains(UInt8(ascii: "\\"))
            else { return nil }
            count += label.count + 1
        }
        return count <= wireLimit ? labels : nil
    }

    /// `labels` as text: dots between, and every octet that is not plain ASCII as `\DDD`.
    ///
    /// The root is empty.
    static func text(_ labels: [[UInt8]]) -> String {
        labels.map { label in
            label.map { octet in
                let isPlain =
                    (0x21...0x7E).contains(octet) && octet != UInt8(ascii: ".") && octet != UInt8(ascii: "\\")
                guard !isPlain else { return String(UnicodeScalar(octet)) }
                let digits = String(octet)
                return "\\" + String(repeating: "0", count: 3 - digits.count) + digits
            }.joined()
        }.joined(separator: ".")
    }

    /// `labels` on the wire.
    static func wire(_ labels: [[UInt8]]) -> [UInt8] {
        labels.flatMap { [UInt8(truncatingIfNeeded: $0.count)] + $0 } + [0]
    }

    /// `labels` with letters in random case: what a forger who cannot see the question has to guess too.
    static func mixed(_ labels: [[UInt8]]) -> [[UInt8]] {
        labels.map { label in
            label.map { octet in
                let isLetter = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(octet | 0x20)
                return isLetter && Bool.random() ? octet ^ 0x20 : octet
            }
        }
    }

    /// `labels` in lower case.
    static func folded(_ labels: [[UInt8]]) -> [[UInt8]] {
        labels.map { label in
            label.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
        }
    }

    /// The name under which the names of an address are found: `4.3.2.1.in-addr.arpa`, RFC 1035 §3.5, RFC 3596 §2.5.
    ///
    /// `zone` in the place of the two tree's own makes the names of blocklists, RFC 5782 §2.
    static func reverse(_ address: [UInt8], zone: String?) -> String {
        if address.count == 4 {
            return address.reversed().map(String.init).joined(separator: ".") + "." + (zone ?? "in-addr.arpa")
        }
        let digits = address.reversed().flatMap { [$0 & 0xF, $0 >> 4] }.map { String($0, radix: 16) }
        return digits.joined(separator: ".") + "." + (zone ?? "ip6.arpa")
    }
}

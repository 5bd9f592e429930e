/// An address of the Internet Protocol, of either version.
package enum IPAddress: Hashable, Sendable {
    /// Version 4: the four octets, the first one highest.
    case v4(UInt32)
    /// Version 6: the first eight octets and the last eight.
    case v6(high: UInt64, low: UInt64)

    /// Reads a dotted quad or the text form of RFC 4291 §2.2; `nil` when it is neither.
    ///
    /// Zones are not addresses.
    package init?(_ text: some StringProtocol) {
        self.init(utf8: Array(text.utf8)[...])
    }

    /// Reads the same from octets.
    package init?(utf8 text: ArraySlice<UInt8>) {
        if let quad = Self.quad(text) {
            self = .v4(quad)
        } else if let groups = Self.groups(text) {
            self = .v6(high: Self.join(groups[0..<4]), low: Self.join(groups[4..<8]))
        } else {
            return nil
        }
    }

    /// The IPv4 address inside an IPv4-mapped IPv6 address (RFC 4291 §2.5.5.2); any other address itself.
    package var unmapped: IPAddress {
        if case .v6(high: 0, let low) = self, low >> 32 == 0xFFFF {
            .v4(UInt32(truncatingIfNeeded: low))
        } else {
            self
        }
    }

    /// The first `length` bits, all later ones zero; an IPv4 address keeps at most its 32.
    package func prefix(_ length: Int) -> IPAddress {
        switch self {
        case .v4(let bits):
            .v4(length >= 32 ? bits : length <= 0 ? 0 : bits & ~(UInt32.max >> UInt32(length)))
        case .v6(let high, let low):
            .v6(
                high: length >= 64 ? high : length <= 0 ? 0 : high & ~(UInt64.max >> UInt64(length)),
                low: length >= 128 ? low : length <= 64 ? 0 : low & ~(UInt64.max >> UInt64(length - 64)))
        }
    }

    private static func join(_ groups: ArraySlice<UInt16>) -> UInt64 {
        groups.reduce(0) { $0 << 16 | UInt64($1) }
    }

    private static func quad(_ text: ArraySlice<UInt8>) -> UInt32? {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bits: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.count), part.count == 1 || part.first != UInt8(ascii: "0"),
                let value = number(part, radix: 10), value <= 255
            else { return nil }
            bits = bits << 8 | UInt32(value)
        }
        return bits
    }

    private static func number(_ digits: ArraySlice<UInt8>, radix: Int) -> Int? {
        var value = 0
        for digit in digits {
            guard let next = hexadecimal(digit), next < radix else { return nil }
            value = value * radix + next
        }
        return value
    }

    private static func hexadecimal(_ digit: UInt8) -> Int? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(digit) - 0x30
        case UInt8(ascii: "a")...UInt8(ascii: "f"): Int(digit) - 0x57
        case UInt8(ascii: "A")...UInt8(ascii: "F"): Int(digit) - 0x37
        default: nil
        }
    }

    /// The eight groups of an IPv6 address, `::` filled in.
    private static func groups(_ text: ArraySlice<UInt8>) -> [UInt16]? {
        guard text.count <= 45, let gap = doubleColon(in: text) else {
            return text.count <= 45
                ? run(text, endsTheAddress: true).flatMap { $0.count == 8 ? $0 : nil } : nil
        }
        let tail = text[(gap + 2)...]
        guard doubleColon(in: tail) == nil, tail.first != UInt8(ascii: ":"),
            let front = gap == text.startIndex ? [] : run(text[..<gap], endsTheAddress: false),
            let back = tail.isEmpty ? [] : run(tail, endsTheAddress: true), front.count + back.count <= 7
        else { return nil }
        return front + Array(repeating: 0, count: 8 - front.count - back.count) + back
    }

    private static func doubleColon(in text: ArraySlice<UInt8>) -> Int? {
        text.indices.dropLast().first { text[$0] == UInt8(ascii: ":") && text[$0 + 1] == UInt8(ascii: ":") }
    }

    /// Groups between single colons; the last may be a dotted quad.
    private static func run(_ text: ArraySlice<UInt8>, endsTheAddress: Bool) -> [UInt16]? {
        var groups: [UInt16] = []
        let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if endsTheAddress, index == parts.count - 1, let quad = quad(part) {
                groups += [UInt16(quad >> 16), UInt16(truncatingIfNeeded: quad)]
            } else {
                guard (1...4).contains(part.count), let value = number(part, radix: 16) else { return nil }
                groups.append(UInt16(value))
            }
        }
        return groups
    }
}

extension IPAddress: CustomStringConvertible {
    /// A dotted quad, or the canonical form of RFC 5952 §4.
    package var description: String {
        switch self {
        case .v4(let bits):
            return Self.dottedQuad(bits)
        case .v6(let high, let low):
            let groups = [high, low].flatMap { half in
                [48, 32, 16, 0].map { UInt16(truncatingIfNeeded: half >> $0) }
            }
            guard let zeros = Self.longestZeros(groups) else { return Self.hexadecimal(groups[...]) }
            return Self.hexadecimal(groups[..<zeros.lowerBound]) + "::"
                + Self.hexadecimal(groups[zeros.upperBound...])
        }
    }

    /// Written octet by octet, since every message has its peer's address written.
    private static func dottedQuad(_ bits: UInt32) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(16)
        for shift: UInt32 in [24, 16, 8, 0] {
            let number = UInt8(truncatingIfNeeded: bits >> shift)
            if number >= 100 { text.append(0x30 + number / 100) }
            if number >= 10 { text.append(0x30 + number / 10 % 10) }
            text.append(0x30 + number % 10)
            if shift > 0 { text.append(UInt8(ascii: ".")) }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func hexadecimal(_ groups: ArraySlice<UInt16>) -> String {
        groups.map { String($0, radix: 16) }.joined(separator: ":")
    }

    /// The first of the longest runs of at least two zero groups.
    private static func longestZeros(_ groups: [UInt16]) -> Range<Int>? {
        var best: Range<Int>?
        var start = 0
        for index in 0...groups.count {
            if index < groups.count, groups[index] == 0 { continue }
            if index - start >= 2, index - start > (best?.count ?? 0) { best = start..<index }
            start = index + 1
        }
        return best
    }
}

/// A network in CIDR notation: an address and the count of its leading bits that matter.
package struct IPNetwork: Hashable, Sendable {
    /// The network's first address.
    package let address: IPAddress
    /// How many leading bits belong to the network.
    package let length: Int

    /// Reads `10.0.0.0/8`, `2001:db8::/32` or a single address; `nil` for anything else, host bits set included.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = IPAddress(parts[0]) else { return nil }
        let longest = if case .v4 = address { 32 } else { 128 }
        var length = longest
        if parts.count == 2 {
            guard parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(parts[1]) else {
                return nil
            }
            length = number
        }
        guard length <= longest, address.prefix(length) == address else { return nil }
        self.address = address
        self.length = length
    }

    /// Whether `other` lies inside.
    ///
    /// An IPv4-mapped address counts as the IPv4 address in it.
    package func contains(_ other: IPAddress) -> Bool {
        switch (address, other.unmapped) {
        case (.v4, .v4(let bits)): IPAddress.v4(bits).prefix(length) == address
        case (.v6, .v6(let high, let low)): IPAddress.v6(high: high, low: low).prefix(length) == address
        case (.v4, .v6), (.v6, .v4): false
        }
    }
}

extension IPNetwork: CustomStringConvertible {
    /// `10.0.0.0/8`.
    package var description: String { "\(address)/\(length)" }
}

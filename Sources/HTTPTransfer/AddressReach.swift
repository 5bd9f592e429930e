/// How far an address reaches, which decides who may send there.
package enum AddressReach: Int, Comparable, Sendable {
    /// Anywhere on the Internet.
    case global
    /// This machine or this network: loopback, private, CGNAT, unique local and the ranges set aside for other uses.
    case restricted
    /// Never a receiver of mail: link-local, cloud metadata, multicast, unspecified, broadcast.
    case forbidden

    package static func < (left: AddressReach, right: AddressReach) -> Bool { left.rawValue < right.rawValue }
}

extension NumericAddress {
    /// How far the address reaches; an IPv4 address inside an IPv6 one is taken out and judged as itself.
    package var reach: AddressReach {
        switch self {
        case .v4(let number): Self.reach(ofV4: number)
        case .v6(let high, let low): Self.reach(ofV6: high, low)
        }
    }

    private static func reach(ofV4 number: UInt32) -> AddressReach {
        if number == metadataOfAlibaba { return .forbidden }
        return rangesV4.first { number >> (32 - $0.length) == $0.prefix >> (32 - $0.length) }?.reach
            ?? .global
    }

    private static func reach(ofV6 high: UInt64, _ low: UInt64) -> AddressReach {
        if let embedded = embeddedV4(high, low) {
            return embedded.map(reach(ofV4:)).max() ?? .forbidden
        }
        if high == 0xFD00_0EC2_0000_0000, low == 0x254 { return .forbidden }  // metadata of AWS
        let own = rangesV6.first { high >> (64 - $0.length) == $0.prefix >> (64 - $0.length) }?.reach
        // ISATAP: the last half is 0000:5efe or 0200:5efe and an IPv4 address. RFC 5214 §6.1.
        let isISATAP = (low >> 32) & 0xFDFF_FFFF == 0x5EFE
        return max(own ?? .restricted, isISATAP ? reach(ofV4: UInt32(truncatingIfNeeded: low)) : .global)
    }

    /// The IPv4 addresses that an IPv6 one stands for; `nil` when it stands for itself.
    private static func embeddedV4(_ high: UInt64, _ low: UInt64) -> [UInt32]? {
        let last = UInt32(truncatingIfNeeded: low)
        switch high {
        case 0 where low == 0: return [0]  // unspecified
        case 0 where low == 1: return [0x7F00_0001]  // loopback
        case 0 where low >> 32 == 0: return [last]  // compatible, RFC 4291 §2.5.5.1
        case 0 where low >> 32 == 0xFFFF: return [last]  // mapped, RFC 4291 §2.5.5.2
        case 0 where low >> 32 == 0xFFFF_0000: return [last]  // translated, RFC 2765 §2.1
        case 0x0064_FF9B_0000_0000 where low >> 32 == 0: return [last]  // NAT64, RFC 6052 §2.1
        default: break
        }
        if high >> 16 == 0x0064_FF9B_0001 { return [last] }  // local NAT64, RFC 8215
        if high >> 48 == 0x2002 { return [UInt32(truncatingIfNeeded: high >> 16)] }  // 6to4, RFC 3056 §2
        // Teredo: the server, and the client inverted. RFC 4380 §4.
        if high >> 32 == 0x2001_0000 { return [UInt32(truncatingIfNeeded: high), ~last] }
        return nil
    }

    private static let metadataOfAlibaba: UInt32 = 0x6464_64C8  // 100.100.100.200

    /// Prefixes in order; the first that holds decides.
    ///
    /// RFC 6890 and the registry it made.
    private static let rangesV4: [(prefix: UInt32, length: UInt32, reach: AddressReach)] = [
        (0x0000_0000, 8, .forbidden),  // this network, unspecified
        (0x0A00_0000, 8, .restricted),  // private
        (0x6440_0000, 10, .restricted),  // CGNAT
        (0x7F00_0000, 8, .restricted),  // loopback
        (0xA9FE_0000, 16, .forbidden),  // link-local, metadata
        (0xAC10_0000, 12, .restricted),  // private
        (0xC000_0000, 24, .restricted),  // protocol assignments
        (0xC000_0200, 24, .restricted),  // documentation
        (0xC058_6300, 24, .restricted),  // 6to4 relays
        (0xC0A8_0000, 16, .restricted),  // private
        (0xC612_0000, 15, .restricted),  // benchmarking
        (0xC633_6400, 24, .restricted),  // documentation
        (0xCB00_7100, 24, .restricted),  // documentation
        (0xE000_0000, 4, .forbidden),  // multicast
        (0xFFFF_FFFF, 32, .forbidden),  // broadcast
        (0xF000_0000, 4, .restricted),  // reserved
    ]

    /// Prefixes of the upper half, in order; what is in none of them is not global unicast.
    private static let rangesV6: [(prefix: UInt64, length: UInt64, reach: AddressReach)] = [
        (0xFE80_0000_0000_0000, 10, .forbidden),  // link-local
        (0xFF00_0000_0000_0000, 8, .forbidden),  // multicast
        (0x2001_0000_0000_0000, 23, .restricted),  // protocol assignments
        (0x2001_0DB8_0000_0000, 32, .restricted),  // documentation
        (0x3FFF_0000_0000_0000, 20, .restricted),  // documentation
        (0x2000_0000_0000_0000, 3, .global),  // global unicast
    ]
}

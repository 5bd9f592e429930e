import CCurl
import Glibc

/// An IPv4 or IPv6 address as numbers.
package enum NumericAddress: Hashable, Sendable {
    /// An IPv4 address.
    case v4(UInt32)
    /// An IPv6 address, upper and lower half.
    case v6(high: UInt64, low: UInt64)

    /// The address written as `text`, in the standard form without brackets; `nil` when it is none.
    package init?(_ text: String) {
        var four = in_addr()
        var six = in6_addr()
        if unsafe inet_pton(AF_INET, text, &four) == 1 {
            self = .v4(UInt32(bigEndian: four.s_addr))
        } else if unsafe inet_pton(AF_INET6, text, &six) == 1 {
            self = unsafe withUnsafeBytes(of: six) { unsafe Self.v6(octets: $0) }
        } else {
            return nil
        }
    }

    /// The address inside a `sockaddr`; `nil` for a family that is not IP.
    init?(_ address: UnsafePointer<sockaddr>, count: Int) {
        switch unsafe sockaddr_family(address) {
        case AF_INET where count >= MemoryLayout<sockaddr_in>.size:
            let socket = unsafe UnsafeRawPointer(address).loadUnaligned(as: sockaddr_in.self)
            self = .v4(UInt32(bigEndian: socket.sin_addr.s_addr))
        case AF_INET6 where count >= MemoryLayout<sockaddr_in6>.size:
            let socket = unsafe UnsafeRawPointer(address).loadUnaligned(as: sockaddr_in6.self)
            self = unsafe withUnsafeBytes(of: socket.sin6_addr) { unsafe Self.v6(octets: $0) }
        default:
            return nil
        }
    }

    private static func v6(octets: UnsafeRawBufferPointer) -> NumericAddress {
        .v6(
            high: UInt64(bigEndian: unsafe octets.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
            low: UInt64(bigEndian: unsafe octets.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
    }
}

extension NumericAddress: CustomStringConvertible {
    /// The standard text form.
    ///
    /// RFC 5952.
    package var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        switch self {
        case .v4(let number):
            var octets = number.bigEndian
            unsafe inet_ntop(AF_INET, &octets, &text, socklen_t(text.count))
        case .v6(let high, let low):
            var octets = (high.bigEndian, low.bigEndian)
            unsafe inet_ntop(AF_INET6, &octets, &text, socklen_t(text.count))
        }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

import DNS
import Mail
import NIOPosix
import Reception
import SMTPServer
import Settings
import Synchronization
import Telemetry

/// The one resolver, for whoever asks for names: peers' names and blocklists.
///
/// A reload may exchange it.
final class NameService: PeerNames, BlocklistResolver {
    private let resolver: Mutex<DNSResolver>
    private let registry: Registry

    /// A resolver as `dns:` wants it.
    init(_ settings: DNSSettings, registry: Registry) throws {
        self.registry = registry
        resolver = Mutex(try Self.resolver(settings, registry))
    }

    /// A resolver as `dns:` wants it, to `adopt`.
    func resolver(for settings: DNSSettings) throws -> DNSResolver { try Self.resolver(settings, registry) }

    /// Asks by `new`; what is known so far is forgotten.
    func adopt(_ new: DNSResolver) { resolver.withLock { $0 = new } }

    func confirmedName(of address: IPAddress) async -> String? {
        await current.confirmedName(of: address.octets, within: DNSResolver.nameLimit)
    }

    func addresses(of client: IPAddress, in zone: String) async -> [IPAddress]? {
        let name = DNSResolver.reverseName(of: client.octets, zone: zone)
        switch await current.resolve(name, .a).outcome {
        case .records(let records):
            return records.compactMap { record in
                guard case .address(let octets) = record else { return nil }
                return IPAddress(octets: octets)
            }
        case .noData, .nxDomain, .unaskable: return []
        case .failure: return nil
        }
    }

    func text(of client: IPAddress, in zone: String) async -> String? {
        let name = DNSResolver.reverseName(of: client.octets, zone: zone)
        guard case .records(let records) = await current.resolve(name, .txt).outcome,
            case .text(let octets)? = records.first
        else { return nil }
        return String(decoding: octets, as: UTF8.self)
    }

    private var current: DNSResolver { resolver.withLock { $0 } }

    private static func resolver(_ settings: DNSSettings, _ registry: Registry) throws -> DNSResolver {
        try DNSResolver(
            DNSOptions(settings), group: MultiThreadedEventLoopGroup.singleton, metrics: registry)
    }
}

extension IPAddress {
    /// The address of 4 or 16 octets.
    fileprivate init?(octets: [UInt8]) {
        func number(_ range: Range<Int>) -> UInt64 { range.reduce(0) { $0 << 8 | UInt64(octets[$1]) } }
        switch octets.count {
        case 4: self = .v4(UInt32(truncatingIfNeeded: number(0..<4)))
        case 16: self = .v6(high: number(0..<8), low: number(8..<16))
        default: return nil
        }
    }

    /// Its 4 or 16 octets.
    fileprivate var octets: [UInt8] {
        func octets(_ bits: UInt64, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: bits >> UInt64(8 * (count - 1 - $0))) }
        }
        return switch self {
        case .v4(let bits): octets(UInt64(bits), 4)
        case .v6(let high, let low): octets(high, 8) + octets(low, 8)
        }
    }
}

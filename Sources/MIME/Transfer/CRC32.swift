/// The checksum of yEnc: CRC-32 of ISO 3309, the one of Ethernet and zip.
struct CRC32 {
    private var register: UInt32 = 0xFFFF_FFFF
    private let table = CRC32.table

    /// The checksum of what was added so far.
    var value: UInt32 { ~register }

    /// Adds an octet.
    mutating func add(_ octet: UInt8) {
        register = table[Int(UInt8(truncatingIfNeeded: register) ^ octet)] ^ (register >> 8)
    }

    private static let table: [UInt32] = (0..<256).map { index in
        var value = UInt32(index)
        for _ in 0..<8 { value = value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
        return value
    }
}

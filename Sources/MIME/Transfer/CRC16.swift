/// The checksum of BinHex: CRC-16 with polynomial 0x1021, from zero.
struct CRC16 {
    /// The checksum of what was added so far.
    private(set) var value: UInt16 = 0

    /// Adds an octet.
    mutating func add(_ octet: UInt8) {
        value ^= UInt16(octet) << 8
        for _ in 0..<8 { value = value & 0x8000 != 0 ? (value << 1) ^ 0x1021 : value << 1 }
    }
}

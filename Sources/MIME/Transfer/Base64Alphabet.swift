/// The alphabet of base64.
///
/// RFC 4648 §4.
enum Base64Alphabet {
    /// In `values`: white space.
    static let blank: UInt8 = 0x80
    /// In `values`: neither of the alphabet nor white space.
    static let invalid: UInt8 = 0xFF

    /// What each octet stands for: below 64 a character of the alphabet.
    static let values: [UInt8] = {
        var values = [UInt8](repeating: invalid, count: 256)
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        for (value, octet) in alphabet.utf8.enumerated() { values[Int(octet)] = UInt8(value) }
        for octet in [0x09, 0x0A, 0x0D, 0x20] { values[octet] = blank }
        return values
    }()

    /// The six bits that `octet` stands for; `nil` outside the alphabet.
    static func bits(of octet: UInt8) -> UInt32? {
        let value = values[Int(octet)]
        return value < 64 ? UInt32(value) : nil
    }
}

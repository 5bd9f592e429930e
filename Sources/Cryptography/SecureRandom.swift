import COpenSSL

/// Octets nobody can guess.
package enum SecureRandom {
    /// `count` octets from OpenSSL's generator, which the kernel seeds.
    package static func bytes(_ count: Int) -> [UInt8] {
        var octets = [UInt8](repeating: 0, count: count)
        let isDone = unsafe RAND_bytes(&octets, Int32(count))
        precondition(isDone == 1, "the system has no random octets to give")
        return octets
    }
}

/// Whether both are the same octets, in a time that depends on their number alone.
package func equalInConstantTime(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    return unsafe CRYPTO_memcmp(left, right, left.count) == 0
}

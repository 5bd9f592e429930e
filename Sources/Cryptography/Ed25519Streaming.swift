/// Signing what is too large for memory.
///
/// Ed25519 reads the message twice, and OpenSSL takes it only in one piece. So for messages that come in pieces
/// the arithmetic of RFC 8032 §5.1.6 is done here, with OpenSSL's SHA-512; a test holds both to the same
/// signatures. Nothing here branches or indexes by a secret.
extension Ed25519PrivateKey {
    /// The signature of the message that `feed` gives to a digest: it is called twice and gives the same each time.
    package func sign(_ feed: (inout MessageDigest) throws -> Void) rethrows -> [UInt8] {
        var digest = MessageDigest(.sha512)
        digest.update(seed)
        var expanded = digest.finish()
        expanded[0] &= 0b1111_1000
        expanded[31] = expanded[31] & 0b0111_1111 | 0b0100_0000
        let scalar = expanded[..<32]

        digest.update(Array(expanded[32...]))
        try feed(&digest)
        let nonce = EdwardsScalar(reducing: digest.finish())
        let commitment = EdwardsPoint.base.multiplied(by: nonce.octets).encoded

        digest.update(commitment)
        digest.update(publicKey)
        try feed(&digest)
        let challenge = EdwardsScalar(reducing: digest.finish())
        return commitment + EdwardsScalar(product: challenge.octets, Array(scalar), plus: nonce.octets).octets
    }
}

import HTTPTransfer
import Testing

@Suite struct TransferErrorTests {
    @Test(
        arguments: [
            (
                .addressRefused("10.0.0.1"),
                "the address 10.0.0.1 is private; if it is meant, set allow_private: true"
            ),
            (
                .addressRefused("169.254.169.254"),
                "the address 169.254.169.254 is never allowed: link-local, metadata, multicast or none at all"
            ),
            (.certificateRefused(code: 10), "the certificate does not hold: it has expired"),
            (
                .certificateRefused(code: 4711),
                "the certificate does not hold: OpenSSL's verification result is 4711"
            ),
            (.notConnected(code: 111), "cannot connect: Connection refused"),
        ] as [(TransferError, String)])
    func `an operator reads what is wrong and what helps`(error: TransferError, words: String) {
        #expect(error.description == words)
    }
}

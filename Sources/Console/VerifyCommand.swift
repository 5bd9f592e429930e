import Foundation
package import Mail
import Webhook

/// `transom verify`: checks the signature of the webhook whose body is on standard input.
package enum VerifyCommand {
    /// Prints `valid`, or throws the reason it is not.
    package static func run(
        secret: String, id: String, timestamp: String, signatures: String, tolerance: Duration,
        now: Timestamp,
        terminal: Terminal
    ) throws {
        let verifier: SignatureVerifier
        do {
            verifier = try SignatureVerifier(key: secret)
        } catch {
            throw CommandError("--secret: \(error)", .usage)
        }
        let body = Array(try FileHandle.standardInput.readToEnd() ?? Data())
        if let flaw = verifier.flaw(
            id: id, timestamp: timestamp, signatures: signatures, body: body, now: now, tolerance: tolerance)
        {
            throw CommandError("invalid: \(flaw)", .failure)
        }
        terminal.print("valid")
    }
}

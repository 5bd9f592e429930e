import Cryptography
import Foundation
import Webhook

/// `<spool>/webhook-secret`: the key that signs when the bridge runs on `TRANSOM_WEBHOOK_URL` alone.
enum WebhookSecretFile {
    /// The key in the file, or a new one, which is written there with mode 0600.
    static func secret(in spool: String) throws -> (secret: WebhookSecret, isNew: Bool) {
        let path = spool + "/webhook-secret"
        if let kept = try kept(in: spool) { return (kept, false) }
        let secret = WebhookSecret.generate()
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw StartFailure.secretNotWritten(path: path, reason: systemWords(errno))
        }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try handle.write(contentsOf: Data((secret.text + "\n").utf8))
        try handle.synchronize()
        return (secret, true)
    }

    /// The key in the file; `nil` where there is none.
    static func kept(in spool: String) throws -> WebhookSecret? {
        guard let data = FileManager.default.contents(atPath: spool + "/webhook-secret") else { return nil }
        let text = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        return try WebhookSecret(text)
    }
}

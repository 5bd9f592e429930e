import Foundation
import Webhook

/// What is said to the person at the keyboard and not to the log.
enum Announcement {
    /// The key made for `TRANSOM_WEBHOOK_URL` mode: shown once, since receivers need it.
    static func newSecret(_ secret: WebhookSecret) {
        say("webhook secret (shown once, kept in the spool): \(secret.text)")
    }

    static func say(_ line: String) {
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }
}

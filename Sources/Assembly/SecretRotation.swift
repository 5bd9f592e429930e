package import Console
import Settings
import Webhook

/// `transom endpoints rotate-secret`: makes the next key of an endpoint and says how it takes the place of the present one.
///
/// The key alone goes to standard output. Files are the operator's: none is changed.
package enum SecretRotation {
    /// Makes a key for the endpoint `name` of `file`.
    package static func run(_ name: String, _ file: ConfigurationFile, terminal: Terminal) throws {
        let settings = try file.settings(terminal)
        guard settings.endpoints.contains(where: { $0.name == name }) else {
            let names = settings.endpoints.map(\.name).joined(separator: ", ")
            throw CommandError("there is no endpoint \(name); there are: \(names)", .failure)
        }
        terminal.print(WebhookSecret.generate().text)
        let written = file.load().place(of: ["endpoints", name, "secret"])
        // The shorthand takes one key only.
        let place = written?.source == "$TRANSOM_WEBHOOK_SECRET" ? nil : written
        terminal.note(
            place.map { "1. Put it in front of the present key, at \($0):  secret: [NEW, PRESENT]" }
                ?? "1. Set TRANSOM__ENDPOINTS__\(name.uppercased())__SECRET='[NEW, PRESENT]'; the present one is in \(written.map { "\($0)" } ?? settings.spool.path + "/webhook-secret")"
        )
        terminal.note("   and let the bridge know (transom reload): from then on both sign.")
        terminal.note("2. Give the new key to your application.")
        terminal.note("3. Take the present one out of the list, and reload again.")
    }
}

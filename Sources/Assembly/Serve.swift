package import Console
import Foundation
import Logging
import SMTPServer
import Settings

/// `transom serve`: runs the bridge until it is told to stop.
package enum Serve {
    /// Starts on `file`; throws a `CommandError` that says what to do when it cannot.
    package static func run(_ file: ConfigurationFile, terminal: Terminal) async throws {
        guard !file.isUnconfigured else { throw CommandError(ConfigurationFile.firstStart, .configuration) }
        let settings = try file.settings(terminal)
        let logger = Logger.transom(settings.log)
        raiseDescriptorLimit(settings.smtp.limits.connections, logger)
        do {
            let bridge = try await Bridge(settings, logger: logger) { file.load() }
            try await bridge.run()
            logger.info("stopped")
        } catch {
            throw CommandError(starting: error)
        }
    }

    private static func raiseDescriptorLimit(_ connections: Int, _ logger: Logger) {
        guard let limit = DescriptorLimit.raise(toServe: connections) else { return }
        logger.warning(
            "fewer descriptors than smtp.limits.connections may need; raise LimitNOFILE or ulimit -n",
            metadata: ["descriptors": "\(limit)", "connections": "\(connections)"])
    }
}

package import Console
import Foundation
import Logging
import SMTPServer
import Settings

/// `transom serve`: runs the bridge until it is told to stop.
package struct Serve: Sendable {
    private let file: ConfigurationFile
    private let settings: BridgeSettings
    private let logger: Logger
    private let rootWork: RootWork?

    /// The first steps: reads `file` and, started as root, does what only root can and becomes the account of `user:`.
    ///
    /// They need a process with one thread (`Privileges.drop`), so they come before the first task. Throws a
    /// `CommandError` that says what to do when it cannot.
    package init(_ file: ConfigurationFile, terminal: Terminal) throws {
        SignalService.expect()
        guard !file.isUnconfigured else { throw CommandError(ConfigurationFile.firstStart, .configuration) }
        self.file = file
        settings = try file.settings(terminal)
        logger = Logger.transom(settings.log)
        Self.raiseDescriptorLimit(settings.smtp.limits.connections, logger)
        do {
            rootWork = try RootWork.done(settings, logger: logger)
        } catch {
            throw CommandError(starting: error)
        }
    }

    /// Runs until told to stop.
    package func run() async throws {
        LineLogHandler(settings.log).collectLines()
        do {
            let bridge = try await Bridge(settings, logger: logger, rootWork: rootWork) { file.load() }
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

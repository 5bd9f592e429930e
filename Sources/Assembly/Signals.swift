import Foundation
import Logging
import ServiceLifecycle
import UnixSignals

/// SIGHUP: reads the configuration anew.
///
/// RFC-less, but what every daemon does.
struct SignalService: Service {
    let control: BridgeController

    func run() async throws {
        for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
            _ = await control.reload()
        }
    }
}

/// SIGTERM and SIGINT: the first one stops in order, the second one at once.
enum StopSignals {
    /// Watches until cancelled.
    static func watch(_ group: ServiceGroup, control: BridgeController, logger: Logger) async {
        var isStopping = false
        for await signal in await UnixSignalsSequence(trapping: .sigterm, .sigint) {
            guard !isStopping else { exit(0) }
            isStopping = true
            logger.info("stopping", metadata: ["signal": "\(signal)"])
            control.beginDraining()
            await group.triggerGracefulShutdown()
        }
    }
}

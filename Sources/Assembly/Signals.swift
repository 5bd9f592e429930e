import Foundation
import Logging
import ServiceLifecycle
import UnixSignals

/// SIGHUP: reads the configuration anew.
///
/// Nothing standardises it, but `systemctl reload`, log rotation and operators' habits reach for it, and its default action
/// would end a process that is in the middle of receiving mail.
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
    /// Takes the signals from the system; from here on they no longer end the process by themselves.
    static func trap() async -> UnixSignalsSequence {
        await UnixSignalsSequence(trapping: .sigterm, .sigint)
    }

    /// Watches until cancelled.
    static func watch(
        _ signals: UnixSignalsSequence, _ group: ServiceGroup, control: BridgeController, logger: Logger
    ) async {
        var isStopping = false
        for await signal in signals {
            guard !isStopping else { exit(0) }
            isStopping = true
            logger.info("stopping", metadata: ["signal": "\(signal)"])
            control.beginDraining()
            await group.triggerGracefulShutdown()
        }
    }
}

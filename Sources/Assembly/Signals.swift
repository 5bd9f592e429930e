import Foundation
import Logging
import ServiceLifecycle
import Synchronization
import UnixSignals

/// SIGHUP: reads the configuration anew.
///
/// Nothing standardises it, but `systemctl reload`, log rotation and operators' habits reach for it, and its default action
/// would end a process that is in the middle of receiving mail.
///
/// One that comes before this service runs is remembered, if `expect` came first.
struct SignalService: Service {
    let control: BridgeController

    /// Whether the signal has come before somebody watched: what a handler can reach.
    private static let hasCome = Atomic<Bool>(false)

    /// From here on the signal does not end the process; a handler of the system's, so no thread is started.
    static func expect() {
        // Made before the handler needs it.
        hasCome.store(false, ordering: .relaxed)
        _ = signal(SIGHUP) { _ in SignalService.hasCome.store(true, ordering: .relaxed) }
    }

    func run() async throws {
        let signals = await UnixSignalsSequence(trapping: .sighup)
        if Self.hasCome.load(ordering: .relaxed) { _ = await control.reload() }
        for await _ in signals.cancelOnGracefulShutdown() {
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

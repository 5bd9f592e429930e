/// Who is told how transfers ended.
package protocol TransferObserver: AnyObject, Sendable {
    /// `results` have come together. Called on the curl thread: must not block, may submit.
    func finished(_ results: [TransferResult])
}

/// Makes HTTP requests: libcurl's multi interface on one thread of its own.
///
/// ```
/// any thread: submit ─→ inbox ─→ curl thread: admit → perform → collect ─→ observer.finished
///                                     ↑ names, connections, limits, egress policy
/// ```
package final class TransferEngine: Sendable {
    private let inbox: TransferInbox
    private let observer: any TransferObserver

    /// An engine whose thread runs until `shutdown`, or until it is let go.
    package init(limits: TransferLimits = TransferLimits(), observer: any TransferObserver) {
        guard let multi = MultiHandle(idleConnections: limits.idleConnections) else {
            preconditionFailure("libcurl cannot start")
        }
        let inbox = TransferInbox(multi: multi)
        self.inbox = inbox
        self.observer = observer
        startThread(named: "transom-curl") {
            TransferLoop(inbox: inbox, limits: limits, observer: observer).run()
        }
    }

    deinit {
        inbox.stop(by: .now)
    }

    /// Starts `transfer`; its result comes to the observer, in every case exactly once.
    package func submit(_ transfer: Transfer) {
        submit([transfer])
    }

    /// Starts `transfers`; their results come to the observer, in every case exactly once each.
    package func submit(_ transfers: [Transfer]) {
        guard !transfers.isEmpty, !inbox.add(transfers) else { return }
        observer.finished(transfers.map { TransferResult(token: $0.token, outcome: .failed(.interrupted)) })
    }

    /// Takes nothing more and interrupts what is in flight; every result is given soon.
    package func interrupt() {
        inbox.stop(by: .now)
    }

    /// Takes nothing more, lets what is in flight end within `grace`, interrupts the rest, and returns when the
    /// thread has ended and every result was given.
    package func shutdown(within grace: Duration) async {
        inbox.stop(by: .now + grace)
        await inbox.waitForEnd()
    }
}

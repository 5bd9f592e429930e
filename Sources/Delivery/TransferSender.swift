package import HTTPTransfer

/// What makes requests: the engine, or a test's double.
package protocol TransferSender: AnyObject, Sendable {
    /// Starts `transfers`; the observer gets each one's result exactly once.
    func submit(_ transfers: [Transfer])
    /// Takes nothing more and interrupts what is in flight.
    func interrupt()
    /// Takes nothing more, gives what is in flight `grace`, and returns when every result was given.
    func shutdown(within grace: Duration) async
}

extension TransferEngine: TransferSender {}

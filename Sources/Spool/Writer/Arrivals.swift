import Synchronization

/// How many messages are being received: those between their first octet and their end, or the file that they
/// have become too large to do without.
///
/// The writer waits a moment for them, because a transaction costs nearly the same for one message as for ten.
final class Arrivals: Sendable {
    private let number = Atomic<Int>(0)

    /// How many.
    var count: Int { number.load(ordering: .relaxed) }

    /// A message begins.
    func begin() { number.wrappingAdd(1, ordering: .relaxed) }

    /// A message is complete, given up, or so large that its end is not near.
    func end() { number.wrappingSubtract(1, ordering: .relaxed) }
}

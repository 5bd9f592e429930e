/// Where a delivery stands.
///
/// The numbers are stored.
package enum DeliveryState: Int, Sendable, CaseIterable {
    /// Due at a known time.
    case ready = 0
    /// In the hands of one sender.
    case claimed = 1
    /// A 2xx was recorded.
    case delivered = 2
    /// Given up, or told to.
    case dead = 3
}

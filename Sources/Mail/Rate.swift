/// So many events in so much time: `60/m`, `100/1h`.
package struct Rate: Hashable, Sendable {
    /// How many events; at least 1.
    package let count: Int
    /// In how much time; more than zero.
    package let period: Duration

    /// `count` events in `period`; `nil` unless both are more than zero.
    package init?(_ count: Int, per period: Duration) {
        guard count > 0, period > .zero else { return nil }
        self.count = count
        self.period = period
    }
}

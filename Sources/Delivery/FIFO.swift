/// First in, first out: what comes in is gathered, and turned round when nothing is left to go out, so that each
/// element moves a constant number of times however long the queue is.
package struct FIFO<Element> {
    private var arrived: [Element] = []
    /// The next one last.
    private var leaving: [Element] = []

    /// An empty queue.
    package init() {}

    /// How many wait.
    package var count: Int { arrived.count + leaving.count }

    /// Whether none waits.
    package var isEmpty: Bool { arrived.isEmpty && leaving.isEmpty }

    /// Waits behind all others.
    package mutating func append(_ element: Element) {
        arrived.append(element)
    }

    /// The one that has waited longest, taken out; `nil` when none waits.
    package mutating func popFirst() -> Element? {
        if leaving.isEmpty {
            swap(&arrived, &leaving)
            leaving.reverse()
        }
        return leaving.popLast()
    }

    /// Changes each of them where it waits.
    package mutating func forEach(_ body: (inout Element) -> Void) {
        for place in arrived.indices { body(&arrived[place]) }
        for place in leaving.indices { body(&leaving[place]) }
    }

    /// All of them in their order, taken out.
    package mutating func removeAll() -> [Element] {
        defer { self = FIFO() }
        return leaving.reversed() + arrived
    }
}

extension FIFO: Sendable where Element: Sendable {}

import Synchronization

/// Every metric of the program, each declared once where it is counted.
///
/// Names and labels come from the code or from the configuration (an endpoint's name), never from a peer: a
/// label that a sender chooses would let him fill the memory.
package final class Registry: Sendable {
    private let families = Mutex<[String: Family]>([:])

    /// A registry without metrics.
    package init() {}

    /// The counter `name` with these label values; the same one for the same arguments.
    package func counter(_ name: String, help: String, labels: [Label] = []) -> Counter {
        register(name, help: help, labels: labels, kind: "counter") { .counter(Counter()) }.counter
            ?? Counter()
    }

    /// The gauge `name` with these label values; the same one for the same arguments.
    package func gauge(_ name: String, help: String, labels: [Label] = []) -> Gauge {
        register(name, help: help, labels: labels, kind: "gauge") { .gauge(Gauge()) }.gauge ?? Gauge()
    }

    /// A gauge whose level is asked for when it is read; `level` must be quick and callable from any thread.
    package func gauge(
        _ name: String, help: String, labels: [Label] = [], level: @escaping @Sendable () -> Double
    ) {
        _ = register(name, help: help, labels: labels, kind: "gauge") { .computed(level) }
    }

    /// A counter that somebody else keeps, such as the system; `level` must be quick and callable from any thread.
    package func counter(
        _ name: String, help: String, labels: [Label] = [], level: @escaping @Sendable () -> Double
    ) {
        _ = register(name, help: help, labels: labels, kind: "counter") { .computed(level) }
    }

    /// Gauges whose labels are known only when they are read, because what they tell of comes and goes.
    ///
    /// `samples` must be quick and callable from any thread, and its labels come from the configuration.
    package func gauges(_ name: String, help: String, samples: @escaping @Sendable () -> [Sample]) {
        families.withLock { families in
            var family = families[name] ?? Family(kind: "gauge", help: help)
            precondition(family.kind == "gauge", "metric \(name) is declared as two kinds")
            family.samples = samples
            families[name] = family
        }
    }

    /// The histogram `name` in seconds with these label values; the same one for the same arguments.
    package func histogram(_ name: String, help: String, labels: [Label] = []) -> Histogram {
        register(name, help: help, labels: labels, kind: "histogram") {
            .histogram(Histogram(bounds: Histogram.standardBounds))
        }.histogram ?? Histogram(bounds: Histogram.standardBounds)
    }

    /// All metrics in Prometheus' text format, version 0.0.4, in the order of their names.
    package func prometheus() -> String {
        let snapshot = families.withLock { $0 }
        return snapshot.sorted { $0.key < $1.key }.map { $0.value.text(name: $0.key) }.joined()
    }

    /// The name and help of every metric, in the order of the names: what the reference page lists.
    package func catalogue() -> [(name: String, kind: String, help: String)] {
        families.withLock { $0 }.map { ($0.key, $0.value.kind, $0.value.help) }.sorted { $0.0 < $1.0 }
    }

    private func register(
        _ name: String, help: String, labels: [Label], kind: String, make: () -> Series
    ) -> Series {
        families.withLock { families in
            var family = families[name] ?? Family(kind: kind, help: help)
            precondition(family.kind == kind, "metric \(name) is declared as two kinds")
            if let known = family.series[labels] { return known }
            let series = make()
            family.series[labels] = series
            families[name] = family
            return series
        }
    }
}

/// A label of a metric and its value.
package struct Label: Hashable, Sendable {
    /// The label's name.
    package let name: String
    /// Its value, out of a closed set.
    package let value: String

    /// The label `name` with `value`.
    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// The level of one series at the moment.
package struct Sample: Sendable {
    /// What sets it apart from the others of its name.
    package let labels: [Label]
    /// The level.
    package let value: Double

    /// The series of these `labels` stands at `value`.
    package init(_ labels: [Label], _ value: Double) {
        self.labels = labels
        self.value = value
    }
}

enum Series: Sendable {
    case counter(Counter)
    case gauge(Gauge)
    case computed(@Sendable () -> Double)
    case histogram(Histogram)

    var counter: Counter? { if case .counter(let counter) = self { counter } else { nil } }
    var gauge: Gauge? { if case .gauge(let gauge) = self { gauge } else { nil } }
    var histogram: Histogram? { if case .histogram(let histogram) = self { histogram } else { nil } }
}

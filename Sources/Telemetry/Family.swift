/// All series of one name, and how Prometheus wants them written.
struct Family: Sendable {
    let kind: String
    let help: String
    var series: [[Label]: Series] = [:]
    /// Gives the series that come and go.
    var samples: (@Sendable () -> [Sample])?

    init(kind: String, help: String) {
        self.kind = kind
        self.help = help
    }

    func text(name: String) -> String {
        let head = "# HELP \(name) \(help)\n# TYPE \(name) \(kind)\n"
        return present.map { labels, series in (braces(labels), labels, series) }
            .sorted { $0.0 < $1.0 }
            .reduce(into: head) { text, line in text += lines(name: name, labels: line.1, series: line.2) }
    }

    /// The series that were declared and those that are there at the moment.
    private var present: [[Label]: Series] {
        (samples?() ?? []).reduce(into: series) { all, sample in
            all[sample.labels] = .computed { sample.value }
        }
    }

    private func lines(name: String, labels: [Label], series: Series) -> String {
        switch series {
        case .counter(let counter): "\(name)\(braces(labels)) \(counter.value)\n"
        case .gauge(let gauge): "\(name)\(braces(labels)) \(gauge.value)\n"
        case .computed(let level): "\(name)\(braces(labels)) \(level())\n"
        case .histogram(let histogram): lines(name: name, labels: labels, histogram: histogram)
        }
    }

    private func lines(name: String, labels: [Label], histogram: Histogram) -> String {
        let (counts, sum) = histogram.snapshot
        var (text, total) = ("", 0)
        for (index, count) in counts.enumerated() {
            total += count
            let end =
                index < histogram.bounds.count ? "\(Double(histogram.bounds[index]) / 1_000_000)" : "+Inf"
            text += "\(name)_bucket\(braces(labels + [Label("le", end)])) \(total)\n"
        }
        text += "\(name)_sum\(braces(labels)) \(Double(sum) / 1_000_000)\n"
        return text + "\(name)_count\(braces(labels)) \(total)\n"
    }

    private func braces(_ labels: [Label]) -> String {
        guard !labels.isEmpty else { return "" }
        return "{" + labels.map { "\($0.name)=\"\(escaped($0.value))\"" }.joined(separator: ",") + "}"
    }

    private func escaped(_ value: String) -> String {
        value.reduce(into: "") { text, character in
            switch character {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            default: text.append(character)
            }
        }
    }
}

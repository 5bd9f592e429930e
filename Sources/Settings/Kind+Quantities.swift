import Mail

private let sizePattern = "^(0|[0-9]+([KMGT]iB|[kMGT]?B))$"
private let durationPattern = "^(0|[0-9]+(ms|s|m|h|d))$"
private let ratePattern = "^(off|[0-9]+/[0-9]*(ms|s|m|h|d))$"

extension Kind where Value == ByteCount {
    /// A size of at least `least` octets.
    static func size(atLeast least: Int = 0) -> Kind {
        Kind(
            name: "size",
            shape: { .text(pattern: sizePattern) },
            read: { written, reading in
                guard let text = reading.text(written) else { return nil }
                do throws(QuantityError) {
                    let value = try Settings.size(text)
                    guard value.bytes >= least else {
                        reading.tooSmall(text, least: ByteCount(least).configured, at: written.place)
                        return nil
                    }
                    return value
                } catch {
                    reading.noQuantity(text, "size", Quantity.sizeUnits.map(\.name), error, at: written.place)
                    return nil
                }
            },
            show: { .text($0.configured) })
    }

    /// A size for each second.
    static var dataRate: Kind {
        Kind(
            name: "data rate",
            shape: { .text(pattern: "^(0|[0-9]+([KMGT]iB|[kMGT]?B)/s)$") },
            read: { written, reading in
                guard let text = reading.text(written) else { return nil }
                guard text != "0" else { return ByteCount(0) }
                guard text.hasSuffix("/s") else {
                    reading.error(
                        written.place, "\"\(text)\" is no data rate",
                        "write a size and \"/s\", such as 500B/s, or 0")
                    return nil
                }
                do throws(QuantityError) {
                    return try Settings.size(text.dropLast(2))
                } catch {
                    reading.noQuantity(
                        text, "data rate", Quantity.sizeUnits.map { $0.name + "/s" }, error, at: written.place
                    )
                    return nil
                }
            },
            show: { .text($0.bytes == 0 ? "0" : $0.configured + "/s") })
    }
}

extension Kind where Value == Duration {
    /// A duration of at least `least` and at most `most`.
    static func duration(_ least: Duration = .zero, to most: Duration = .seconds(3650 * 86_400)) -> Kind {
        Kind(
            name: "duration",
            shape: { .text(pattern: durationPattern) },
            read: { written, reading in
                guard let text = reading.text(written) else { return nil }
                do throws(QuantityError) {
                    let value = try Settings.duration(text)
                    guard value >= least, value <= most else {
                        let bounds = "it takes \(least.configured) to \(most.configured)"
                        reading.error(
                            written.place, "\(text) is out of range for \"\(reading.pathText)\"", bounds)
                        return nil
                    }
                    return value
                } catch {
                    reading.noQuantity(
                        text, "duration", Quantity.durationUnits.map(\.name), error, at: written.place)
                    return nil
                }
            },
            show: { .text($0.configured) })
    }
}

extension Kind where Value == Rate? {
    /// So many in so much time, or `off`.
    static var rate: Kind {
        Kind(
            name: "rate",
            shape: { .text(pattern: ratePattern) },
            read: { written, reading in
                if case .null = written.content { return .some(nil) }
                guard let text = reading.text(written) else { return nil }
                guard text != "off" else { return .some(nil) }
                guard let rate = Rate(configured: text) else {
                    reading.error(
                        written.place, "\"\(text)\" is no rate",
                        "write a number, \"/\" and a duration, such as 60/m or 100/1h, or off")
                    return nil
                }
                return .some(rate)
            },
            show: { .text($0?.configured ?? "off") })
    }
}

extension Rate {
    /// Reads `60/m`; a 1 before the unit may be left out.
    fileprivate init?(configured text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let count = Int(parts[0]), let first = parts[1].first else { return nil }
        let period = first.isNumber ? String(parts[1]) : "1\(parts[1])"
        guard let duration = try? duration(period) else { return nil }
        self.init(count, per: duration)
    }
}

extension Reading {
    fileprivate mutating func tooSmall(_ text: String, least: String, at place: Place) {
        error(place, "\(text) is too small for \"\(pathText)\"", "it takes at least \(least)")
    }

    fileprivate mutating func noQuantity(
        _ text: String, _ what: String, _ units: [String], _ problem: QuantityError, at place: Place
    ) {
        let known = "units are \(units.joined(separator: ", "))"
        switch problem {
        case .noNumber: error(place, "\"\(text)\" is no \(what)", "write a whole number and a unit; \(known)")
        case .noUnit(let number): error(place, "\(number) needs a unit to be a \(what)", known)
        case .badUnit(let unit):
            let near = units.first { $0.lowercased() == unit.lowercased() } ?? nearest(to: unit, among: units)
            error(
                place, "\"\(unit)\" is no unit of a \(what)", near.map { "did you mean \"\($0)\"?" } ?? known)
        case .tooLarge: error(place, "\"\(text)\" is too large")
        }
    }
}

import Mail

/// A whole number and its unit, as in `50MiB` or `5m`.
struct Quantity {
    /// The number.
    let number: Int
    /// What stands behind it; empty when nothing does.
    let unit: String

    /// Reads digits and what follows; `nil` when there are none, or too many.
    init?(_ text: some StringProtocol) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int(digits) else { return nil }
        self.number = number
        unit = String(text[digits.endIndex...])
    }

    /// The units of sizes, binary and decimal, the largest last.
    static let sizeUnits: [(name: String, factor: Int)] = [
        ("B", 1), ("kB", 1000), ("KiB", 1 << 10), ("MB", 1_000_000), ("MiB", 1 << 20), ("GB", 1_000_000_000),
        ("GiB", 1 << 30), ("TB", 1_000_000_000_000), ("TiB", 1 << 40),
    ]

    /// The units of durations in milliseconds, the longest last.
    static let durationUnits: [(name: String, factor: Int)] = [
        ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
    ]

    /// The number in the smallest of `units`.
    func value(in units: [(name: String, factor: Int)]) throws(QuantityError) -> Int {
        if number == 0, unit.isEmpty { return 0 }
        guard !unit.isEmpty else { throw .noUnit(number) }
        guard let factor = units.first(where: { $0.name == unit })?.factor else { throw .badUnit(unit) }
        let (value, overflow) = number.multipliedReportingOverflow(by: factor)
        guard !overflow else { throw .tooLarge }
        return value
    }

    /// `value` in the largest unit of which it is a multiple.
    static func text(_ value: Int, in units: [(name: String, factor: Int)]) -> String {
        guard value > 0, let unit = units.last(where: { value % $0.factor == 0 }) else { return "0" }
        return "\(value / unit.factor)\(unit.name)"
    }
}

/// Why a text is no size and no duration.
enum QuantityError: Error, Equatable {
    /// There is no number in front.
    case noNumber
    /// The number, which is not 0, has no unit.
    case noUnit(Int)
    /// The unit is none of those known.
    case badUnit(String)
    /// It does not fit into 64 bits.
    case tooLarge
}

/// Reads `50MiB`.
func size(_ text: some StringProtocol) throws(QuantityError) -> ByteCount {
    guard let quantity = Quantity(text) else { throw .noNumber }
    return ByteCount(try quantity.value(in: Quantity.sizeUnits))
}

/// Reads `5m`.
func duration(_ text: some StringProtocol) throws(QuantityError) -> Duration {
    guard let quantity = Quantity(text) else { throw .noNumber }
    return .milliseconds(try quantity.value(in: Quantity.durationUnits))
}

extension ByteCount {
    /// `50MiB`.
    var configured: String {
        let decimal = Quantity.sizeUnits.filter { $0.name.count == 2 || $0.name == "B" }
        let binary = Quantity.sizeUnits.filter { $0.name.count == 3 || $0.name == "B" }
        let text = Quantity.text(bytes, in: binary)
        return text.hasSuffix("iB") || text == "0" ? text : Quantity.text(bytes, in: decimal)
    }
}

extension Duration {
    /// `5m`.
    var configured: String { Quantity.text(Int(milliseconds), in: Quantity.durationUnits) }
}

extension Rate {
    /// `60/m`.
    var configured: String {
        let period = period.configured
        let digits = period.prefix { $0.isNumber }
        return "\(count)/\(digits == "1" ? period.dropFirst(1) : period[...])"
    }
}

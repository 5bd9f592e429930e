/// What values an option takes, for the JSON Schema and the reference page.
indirect enum Shape: Sendable {
    /// Text of a form that `pattern` describes as far as an expression can.
    case text(pattern: String?)
    /// A whole number.
    case integer(ClosedRange<Int>)
    /// `true` or `false`.
    case boolean
    /// One of these words.
    case choice([String])
    /// `null`, or else the other.
    case optional(Shape)
    /// A list.
    case list(Shape)
    /// One value, or a list of them.
    case oneOrMore(Shape)
    /// A map from any name.
    case map(Shape)
    /// A map of these options.
    case section([OptionFacts])
}

/// What is known of an option without its section's type.
struct OptionFacts: Sendable {
    /// Its key.
    let name: String
    /// What it is, in a sentence.
    let summary: String
    /// What kind of value it takes, in words.
    let kind: String
    /// The same for machines.
    let shape: Shape
    /// Whether it must be given.
    let isRequired: Bool
    /// What holds where it is not given.
    let standard: Shown
}

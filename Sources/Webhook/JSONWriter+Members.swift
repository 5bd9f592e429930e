import Mail

extension JSONWriter {
    /// Writes a member with a string, or `null`.
    mutating func member(_ name: StaticString, _ value: String?) {
        self.name(name)
        if let value { string(value) } else { null() }
    }

    /// Writes a member with an integer.
    mutating func member(_ name: StaticString, _ value: Int) {
        self.name(name)
        integer(value)
    }

    /// Writes a member that is `null`.
    mutating func nullMember(_ name: StaticString) {
        self.name(name)
        null()
    }
}

import Mail

extension EmailAddress {
    /// The address that `text` on the command line names; `option` is what is said to be wrong where it is none.
    init(argument text: String, of option: String) throws {
        guard let at = text.lastIndex(of: "@"), at > text.startIndex, text.index(after: at) < text.endIndex
        else {
            throw CommandError("\(option) \(text): not an address", .usage)
        }
        self.init(local: String(text[..<at]), domain: String(text[text.index(after: at)...]))
    }
}

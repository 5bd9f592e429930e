/// Which charset a text was read in, and which it said it was in.
package struct CharsetChoice: Equatable, Sendable {
    /// The label the part declares, as sent; `nil` without one.
    package let declared: String?
    /// The charset the text is read in.
    package let used: Charset
    /// What is wrong with the declaration; `nil` when the text is in the charset declared.
    package let defect: DefectCode?

    /// The text is read in `used` though it declared `declared`.
    init(declared: String?, used: Charset, defect: DefectCode? = nil) {
        self.declared = declared
        self.used = used
        self.defect = defect
    }

    /// Whether the text is in another charset than the one it declares.
    package var isMislabelled: Bool { declared != nil && defect != nil }
}

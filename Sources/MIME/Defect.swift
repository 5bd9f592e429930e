/// Something wrong with a message, with what it is and where.
package struct Defect: Equatable, Sendable {
    /// What is wrong.
    package let code: DefectCode
    /// The part it is in, by its IMAP section number.
    package let part: String
    /// Where it begins, or first occurs, in the octets as received.
    package let offset: Int
    /// How often it occurs in that part.
    package let count: Int

    /// The defect `code` in `part`.
    package init(code: DefectCode, part: String, offset: Int, count: Int) {
        self.code = code
        self.part = part
        self.offset = offset
        self.count = count
    }
}

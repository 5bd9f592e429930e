/// One mailbox of an address field.
package struct Mailbox: Equatable, Sendable {
    /// The display name, decoded; without one, the comment beside the address.
    ///
    /// `nil` when there is neither.
    package var name: String?
    /// The address as sent: a quoted local part keeps its quotes, a U-label stays one.
    ///
    /// `nil` for a mere name.
    package var address: String?
    /// The address with its domain in A-labels, when that is another one than sent; otherwise `nil`.
    package var asciiAddress: String?
    /// The name of the group the mailbox stands in.
    package var group: String?

    /// A mailbox of these parts.
    package init(name: String?, address: String?, asciiAddress: String? = nil, group: String? = nil) {
        self.name = name
        self.address = address
        self.asciiAddress = asciiAddress
        self.group = group
    }
}

/// How much of a hostile message is looked at.
///
/// Beyond a limit stands a defect, never a failure.
package struct ParseLimits: Sendable {
    /// The limits of the product.
    package static let standard = ParseLimits()

    /// Containers inside one another; the one past it is a leaf.
    package var depth = 200
    /// Parts of a message, containers included.
    package var parts = 10_000
    /// Octets of one header block.
    package var headerBlock = 1 << 20
    /// Octets of all header blocks of a message that are kept.
    package var headerTotal = 4 << 20
    /// Fields of a message that are kept, all its parts taken together.
    package var fields = 100_000
    /// Octets of one field.
    package var field = 256 << 10
    /// Fields that the payload lists.
    package var listedFields = 1_000
    /// Octets of all transfer-encoded messages inside the message that are decoded to be opened.
    package var embedded = 4 << 20
    /// Defects that are listed.
    package var defects = 100
    /// Addresses of one field.
    package var addresses = 10_000
    /// Groups inside one another in an address list.
    package var groupDepth = 1
    /// Parameters of one field.
    package var parameters = 256
    /// RFC 2231 segments of one field.
    package var segments = 1_000
    /// Message ids of one field.
    package var messageIDs = 10_000
    /// Content-IDs that a message's HTML refers to, as far as they are told apart.
    package var references = 1_000
    /// BinHex parts whose data fork is listed beside them; run-length coding makes 32 MiB out of 160 KiB.
    package var forks = 16
    /// Files found inside texts (uuencode, yEnc) that are listed.
    package var embeddedFiles = 100

    /// The limits of the product.
    package init() {}
}

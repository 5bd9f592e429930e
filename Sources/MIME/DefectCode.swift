/// What can be wrong with a message.
///
/// A closed list: `docs/defects.md` explains every code.
package enum DefectCode: String, CaseIterable, Sendable {
    // The message and its header blocks.

    /// There is not one octet.
    case emptyMessage = "empty-message"
    /// More defects were found than are listed.
    case moreDefects = "more-defects"
    /// Blank lines or blanks stand before the first field and were skipped.
    case blankBeforeHeader = "blank-before-header"
    /// A line that is no field stands before the first one (such as an mbox `From ` line) and was skipped.
    case headerJunk = "header-junk"
    /// The header ends at a line that is no field; that line belongs to the body.
    case headerWithoutBlankLine = "header-without-blank-line"
    /// A line of blanks ended the header.
    case blankLineWithSpaces = "blank-line-with-spaces"
    /// A singleton field stands there more than once; the first counts.
    case duplicateHeader = "duplicate-header"
    /// A header block is larger than the limit; the rest of it was not read.
    case headerTooLarge = "header-too-large"
    /// One field is longer than the limit; the rest of it was not read.
    case fieldTooLong = "field-too-long"
    /// There are more fields than are listed.
    case headersTruncated = "headers-truncated"
    /// The name of a field has characters that are not allowed there, or blanks before its colon.
    case invalidFieldName = "invalid-field-name"

    // The part tree.

    /// A Content-Type that cannot be read; the part counts as text or, with a sign of a file, as octets.
    case invalidContentType = "invalid-content-type"
    /// A multipart without a usable boundary; it was kept as one leaf.
    case missingBoundary = "missing-boundary"
    /// A multipart whose boundary never occurs; it was kept as one leaf.
    case boundaryNotFound = "boundary-not-found"
    /// A multipart that is not closed.
    case unclosedMultipart = "unclosed-multipart"
    /// A delimiter at the very end or right before another one; no part was made of it.
    case emptyDelimiter = "empty-delimiter"
    /// Containers are nested deeper than the limit; the deepest was kept as one leaf.
    case depthLimit = "depth-limit"
    /// There are more parts than the limit; the rest was left in the last one.
    case partsLimit = "parts-limit"
    /// A message inside the message was transfer-encoded, which RFC 2046 §5.2.1 forbids; it was decoded.
    case encodedMessage = "encoded-message"
    /// An encoded message inside the message is too large to be opened; it was kept as one leaf.
    case embeddedTooLarge = "embedded-too-large"

    // Transfer encodings.

    /// A Content-Transfer-Encoding nobody knows; the octets were taken as they are.
    case unknownTransferEncoding = "unknown-transfer-encoding"
    /// The content is plainly not in the encoding declared; it was taken as it is.
    case transferEncodingMismatch = "cte-mismatch"
    /// Base64 that ends in the middle of a group.
    case base64Truncated = "base64-truncated"
    /// Something other than base64 follows its padding; it was ignored.
    case base64TrailingData = "base64-trailing-data"
    /// Characters outside the base64 alphabet; they were ignored.
    case base64InvalidCharacter = "base64-invalid-character"
    /// A `=` of quoted-printable without two hexadecimal digits; it was kept.
    case quotedPrintableInvalid = "quoted-printable-invalid"
    /// Uuencoded data without its `begin` or `end`, or with a damaged line.
    case uuencodeDamaged = "uuencode-damaged"
    /// yEnc data without its end, or whose size or checksum is another than it says.
    case yencDamaged = "yenc-damaged"
    /// BinHex data that is cut off or whose checksum is wrong.
    case binhexDamaged = "binhex-damaged"

    // Charsets.

    /// Text with octets above 127 and no declared charset; one was guessed.
    case charsetMissing = "charset-missing"
    /// A charset nobody knows; another was used.
    case charsetUnknown = "charset-unknown"
    /// The text is not in the charset declared; another was used.
    case charsetMismatch = "charset-mismatch"
    /// Octets that mean nothing in their charset; each became U+FFFD.
    case charsetReplaced = "charset-replaced"

    // Fields.

    /// Raw octets above 127 in a header that are not UTF-8.
    case rawHeaderOctets = "raw-header-octets"
    /// An encoded word that cannot be decoded, or stands where none may.
    case invalidEncodedWord = "invalid-encoded-word"
    /// An address list with something in it that is no address.
    case invalidAddress = "invalid-address"
    /// More addresses in one field than the limit.
    case addressLimit = "address-limit"
    /// A date that cannot be read.
    case invalidDate = "invalid-date"
    /// A date without a zone, or with an unknown one; it was read as UTC.
    case unknownZone = "unknown-zone"
    /// A message id that is not of the form `<left@right>`.
    case invalidMessageID = "invalid-message-id"
    /// A parameter that cannot be read.
    case invalidParameter = "invalid-parameter"
    /// The same parameter twice; the first counts.
    case duplicateParameter = "duplicate-parameter"
    /// More parameters in one field than the limit.
    case parameterLimit = "parameter-limit"
}

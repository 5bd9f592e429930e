/// A character encoding that mail can be written in, named as the WHATWG Encoding Standard names it.
///
/// Labels are looked up the way senders spell them: case, blanks, hyphens, underscores, dots and colons do
/// not count. Some labels mean more than they say (`iso-8859-1` is windows-1252, `gb2312` is gb18030),
/// because that is what is in the mail.
package struct Charset: Hashable, Sendable {
    /// The name, in lower case: `windows-1252`.
    package let name: String
    /// How its octets become characters.
    let coding: Coding

    /// The ways octets become characters.
    enum Coding: Hashable, Sendable {
        /// UTF-8 (RFC 3629).
        case utf8
        /// UTF-7 (RFC 2152).
        case utf7
        /// UTF-16 or UTF-32 (RFC 2781).
        case wide(WideForm)
        /// One octet a character, by a table of 128 entries made with iconv's coding of that name.
        case singleByte(iconv: String)
        /// Several octets a character, supersets of ASCII: iconv's coding of that name.
        case multiByte(iconv: String)
        /// Traditional Chinese, with the characters of Hong Kong.
        case big5
        /// Japanese in eight bits, with the rows of NEC and IBM.
        case eucJP
        /// Korean or Chinese in seven bits, with SO and SI: iconv's coding of the same in eight (RFC 1557,
        /// RFC 1922).
        case shiftOut(iconv: String)
        /// GB2312 in seven bits (RFC 1843).
        case hz
        /// Japanese in seven bits (RFC 1468).
        case iso2022JP
    }

    /// UTF-8.
    package static let utf8 = Charset(name: "utf-8", coding: .utf8)
    /// windows-1252: what Western mail without a usable charset is in.
    package static let windows1252 = Charset(name: "windows-1252", coding: .singleByte(iconv: "CP1252"))

    init(name: String, coding: Coding) {
        self.name = name
        self.coding = coding
    }

    /// The charset that senders mean by `label`; `nil` when nobody knows it.
    package init?(label: String) {
        // Nearly all mail says one of these two.
        if label == "utf-8" || label == "UTF-8" { self = .utf8 } else { self.init(label: label.utf8) }
    }

    /// The charset that senders mean by the octets of `label`; `nil` when nobody knows it.
    init?(label: some Sequence<UInt8>) {
        guard let charset = CharsetLabels.known[CharsetLabels.key(label)] else { return nil }
        self = charset
    }

    /// Whether octets below 128 always mean ASCII characters, so that text may be cut anywhere between them.
    var extendsASCII: Bool {
        switch coding {
        case .utf8, .singleByte, .multiByte, .big5, .eucJP: true
        case .utf7, .wide, .hz, .iso2022JP, .shiftOut: false
        }
    }

    /// Whether `label` is one of US-ASCII's, which says nothing of octets above 127.
    static func isASCII(label: some Sequence<UInt8>) -> Bool {
        [
            "usascii", "ascii", "ansix341968", "ansix341986", "isoir6", "646", "iso646us", "us", "7bit",
            "csascii",
        ]
        .contains(CharsetLabels.key(label))
    }

    /// Two names of one charset are one charset.
    package static func == (left: Charset, right: Charset) -> Bool { left.name == right.name }

    package func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// The forms of UTF-16 and UTF-32.
enum WideForm: Hashable, Sendable {
    /// UTF-16 whose order a byte order mark or the places of the NULs tell.
    case utf16
    /// UTF-16, big-endian.
    case utf16BE
    /// UTF-16, little-endian.
    case utf16LE
    /// UTF-32 whose order a byte order mark or the places of the NULs tell.
    case utf32
    /// UTF-32, big-endian.
    case utf32BE
    /// UTF-32, little-endian.
    case utf32LE
}

/// The media type that the first octets of a file show, by magic numbers; `nil` when they show none.
///
/// 512 octets are enough for every signature. What a sender declares stays beside it: neither proves anything
/// alone.
package func mediaType(ofFirst octets: Span<UInt8>) -> String? {
    for signature in MediaSignature.all where signature.matches(octets) {
        return signature.mediaType
    }
    return MediaSignature.zipType(octets) ?? MediaSignature.textType(octets)
}

/// Octets at a fixed place by which a kind of file is known.
struct MediaSignature: Sendable {
    /// The type they show.
    let mediaType: String
    private let offset: Int
    private let magic: [UInt8]
    private let second: (offset: Int, magic: [UInt8])?

    private init(_ mediaType: String, _ magic: [UInt8], at offset: Int = 0, and second: (Int, String)? = nil)
    {
        self.mediaType = mediaType
        self.magic = magic
        self.offset = offset
        self.second = second.map { ($0.0, Array($0.1.utf8)) }
    }

    private init(_ mediaType: String, _ magic: String, at offset: Int = 0, and second: (Int, String)? = nil) {
        self.init(mediaType, Array(magic.utf8), at: offset, and: second)
    }

    /// Whether `octets` begin as such a file does.
    func matches(_ octets: Span<UInt8>) -> Bool {
        guard octets.hasOctets(magic, at: offset) else { return false }
        return second.map { octets.hasOctets($0.magic, at: $0.offset) } ?? true
    }

    /// All signatures, the more special ones first.
    static let all: [MediaSignature] = [
        MediaSignature("image/png", [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]),
        MediaSignature("image/jpeg", [0xFF, 0xD8, 0xFF]),
        MediaSignature("image/gif", "GIF87a"),
        MediaSignature("image/gif", "GIF89a"),
        MediaSignature("image/webp", "RIFF", and: (8, "WEBP")),
        MediaSignature("audio/wav", "RIFF", and: (8, "WAVE")),
        MediaSignature("video/x-msvideo", "RIFF", and: (8, "AVI ")),
        MediaSignature("image/tiff", [0x49, 0x49, 0x2A, 0x00]),
        MediaSignature("image/tiff", [0x4D, 0x4D, 0x00, 0x2A]),
        MediaSignature("image/vnd.adobe.photoshop", "8BPS"),
        MediaSignature("image/x-icon", [0x00, 0x00, 0x01, 0x00]),
        MediaSignature("image/heic", "ftypheic", at: 4),
        MediaSignature("image/heic", "ftypmif1", at: 4),
        MediaSignature("image/avif", "ftypavif", at: 4),
        MediaSignature("video/quicktime", "ftypqt  ", at: 4),
        MediaSignature("audio/mp4", "ftypM4A ", at: 4),
        MediaSignature("video/mp4", "ftyp", at: 4),
        MediaSignature("application/pdf", "%PDF-"),
        MediaSignature("application/postscript", "%!PS"),
        MediaSignature("application/rtf", "{\\rtf"),
        MediaSignature("application/gzip", [0x1F, 0x8B]),
        MediaSignature("application/x-bzip2", "BZh"),
        MediaSignature("application/x-xz", [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]),
        MediaSignature("application/zstd", [0x28, 0xB5, 0x2F, 0xFD]),
        MediaSignature("application/x-7z-compressed", [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]),
        MediaSignature("application/vnd.rar", "Rar!\u{1A}\u{7}"),
        MediaSignature("application/x-tar", "ustar", at: 257),
        MediaSignature("application/vnd.ms-cab-compressed", "MSCF"),
        MediaSignature("application/x-ole-storage", [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]),
        MediaSignature("application/ms-tnef", [0x78, 0x9F, 0x3E, 0x22]),
        MediaSignature("application/vnd.sqlite3", "SQLite format 3\0"),
        MediaSignature("application/wasm", [0x00, 0x61, 0x73, 0x6D]),
        MediaSignature("application/x-elf", [0x7F, 0x45, 0x4C, 0x46]),
        MediaSignature("application/java-vm", [0xCA, 0xFE, 0xBA, 0xBE]),
        MediaSignature("application/vnd.microsoft.portable-executable", "MZ"),
        MediaSignature("audio/mpeg", "ID3"),
        MediaSignature("audio/mpeg", [0xFF, 0xFB]),
        MediaSignature("audio/flac", "fLaC"),
        MediaSignature("audio/midi", "MThd"),
        MediaSignature("audio/basic", ".snd"),
        MediaSignature("audio/amr", "#!AMR"),
        MediaSignature("application/ogg", "OggS"),
        MediaSignature("video/webm", [0x1A, 0x45, 0xDF, 0xA3]),
        MediaSignature("video/mpeg", [0x00, 0x00, 0x01, 0xBA]),
        MediaSignature("font/woff", "wOFF"),
        MediaSignature("font/woff2", "wOF2"),
        MediaSignature("application/pgp-encrypted", "-----BEGIN PGP MESSAGE-----"),
        MediaSignature("application/pgp-signature", "-----BEGIN PGP SIGNATURE-----"),
        MediaSignature("application/pgp-keys", "-----BEGIN PGP PUBLIC KEY BLOCK-----"),
        MediaSignature("application/x-pem-file", "-----BEGIN "),
        MediaSignature("image/bmp", "BM", and: (6, "\0\0\0\0")),
    ]

    /// What a zip file holds, as far as its first entries tell.
    static func zipType(_ octets: Span<UInt8>) -> String? {
        guard octets.hasOctets([0x50, 0x4B, 0x03, 0x04], at: 0) else { return nil }
        let office = "application/vnd.openxmlformats-officedocument."
        let openDocument = "application/vnd.oasis.opendocument."
        let kinds = [
            ("word/", office + "wordprocessingml.document"), ("xl/", office + "spreadsheetml.sheet"),
            ("ppt/", office + "presentationml.presentation"),
            ("mimetype" + openDocument + "text", openDocument + "text"),
            ("mimetype" + openDocument + "spreadsheet", openDocument + "spreadsheet"),
            ("mimetype" + openDocument + "presentation", openDocument + "presentation"),
            ("mimetypeapplication/epub+zip", "application/epub+zip"),
            ("META-INF/", "application/java-archive"),
        ]
        for (name, type) in kinds where octets.hasOctets(Array(name.utf8), at: 30) { return type }
        return "application/zip"
    }

    /// What a text says of itself on its first line, behind blanks and a byte order mark.
    static func textType(_ octets: Span<UInt8>) -> String? {
        var start = octets.hasOctets([0xEF, 0xBB, 0xBF], at: 0) ? 3 : 0
        while start < octets.count, isBlank(octets[start]) || octets[start] == 0x0A || octets[start] == 0x0D {
            start += 1
        }
        let text = octets.extracting(start..<octets.count)
        if text.startsIgnoringCase(with: "<!doctype html") || text.startsIgnoringCase(with: "<html") {
            return "text/html"
        }
        if text.startsIgnoringCase(with: "<svg") { return "image/svg+xml" }
        if text.startsIgnoringCase(with: "<?xml") { return "text/xml" }
        if text.startsIgnoringCase(with: "begin:vcalendar") { return "text/calendar" }
        if text.startsIgnoringCase(with: "begin:vcard") { return "text/vcard" }
        return nil
    }
}

extension Span where Element == UInt8 {
    /// Whether `expected` stands at `offset`.
    fileprivate func hasOctets(_ expected: [UInt8], at offset: Int) -> Bool {
        count >= offset + expected.count && extracting(offset..<offset + expected.count).equals(expected)
    }
}

/// A name for a file made from the one that was sent: no path, no control character, never empty, at most 200
/// octets.
///
/// What stands before the last `/` or `\` goes, so do controls and characters that turn the reading
/// direction; characters that some file system refuses become `_`; dots and blanks at the ends go, and names
/// that are devices elsewhere get a `_`.
package func safeFilename(_ name: String?, mediaType: String) -> String {
    let scalars = (name ?? "").unicodeScalars
    let base = scalars.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? ""
    var safe = String.UnicodeScalarView()
    for scalar in base.unicodeScalars where !isForbidden(scalar) {
        safe.append("<>:\"|?*".unicodeScalars.contains(scalar) ? "_" : scalar)
    }
    let trimmed = trimmingDotsAndBlanks(String(safe))
    guard !trimmed.isEmpty else { return "attachment" + fileExtension(of: mediaType) }
    return shortened(isDevice(trimmed) ? "_" + trimmed : trimmed, to: 200)
}

/// Controls, line and paragraph separators, marks of the reading direction, byte order marks.
private func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x00...0x1F, 0x7F...0x9F, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF, 0xFFF9...0xFFFC:
        true
    default: false
    }
}

private func trimmingDotsAndBlanks(_ name: String) -> String {
    let isEdge: (Character) -> Bool = { $0 == "." || $0 == " " }
    let front = name.drop(while: isEdge)
    guard let last = front.lastIndex(where: { !isEdge($0) }) else { return "" }
    return String(front[...last])
}

/// Whether the name without its extension is a device on Windows.
private func isDevice(_ name: String) -> Bool {
    let stem = name.prefix(while: { $0 != "." }).uppercased()
    if ["CON", "PRN", "AUX", "NUL"].contains(stem) { return true }
    return stem.count == 4 && (stem.hasPrefix("COM") || stem.hasPrefix("LPT")) && stem.last?.isNumber == true
}

/// `name` cut to `limit` octets of UTF-8 between characters, with its extension if that is short.
private func shortened(_ name: String, to limit: Int) -> String {
    guard name.utf8.count > limit else { return name }
    var suffix = ""
    if let dot = name.lastIndex(of: "."), name[dot...].utf8.count <= 20 { suffix = String(name[dot...]) }
    var stem = ""
    var length = suffix.utf8.count
    for character in name {
        length += character.utf8.count
        if length > limit { break }
        stem.append(character)
    }
    return stem.isEmpty ? "attachment" + suffix : stem + suffix
}

private func fileExtension(of mediaType: String) -> String {
    let extensions = [
        "text/plain": ".txt", "text/html": ".html", "text/calendar": ".ics", "text/csv": ".csv",
        "text/vcard": ".vcf",
        "text/x-vcard": ".vcf", "text/xml": ".xml", "message/rfc822": ".eml", "message/global": ".eml",
        "message/delivery-status": ".txt", "image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif",
        "image/webp": ".webp", "image/svg+xml": ".svg", "image/bmp": ".bmp", "image/tiff": ".tif",
        "application/pdf": ".pdf", "application/zip": ".zip", "application/gzip": ".gz",
        "application/json": ".json",
        "application/xml": ".xml", "application/msword": ".doc", "application/rtf": ".rtf",
        "application/pgp-signature": ".asc", "application/pkcs7-signature": ".p7s",
        "application/pkcs7-mime": ".p7m",
        "application/x-pkcs7-signature": ".p7s", "application/ms-tnef": ".dat", "audio/mpeg": ".mp3",
        "audio/wav": ".wav", "video/mp4": ".mp4",
    ]
    return extensions[mediaType] ?? ".bin"
}

/// IMAP's section numbers.
///
/// RFC 9051 §6.4.5.1.
extension ParsedMessage {
    /// The section number of `part`: `""` for a multipart root, `1` for a message of one part, `2.1` inside
    /// others.
    ///
    /// The multipart at the root of a message inside the message has no number of its own there; it is
    /// `3.TEXT` here, the section that IMAP gives its content by.
    package func section(of part: Part) -> String {
        guard let parent = part.parent else { return part.kind == .multipart ? "" : "1" }
        if parent == 0, parts[parent].kind == .multipart { return String(part.ordinal) }
        var numbers: [String] = []
        var current = part
        var isInner = false
        while true {
            let isRoot = current.parent.map { parts[$0].kind == .message } ?? true
            if !isRoot {
                numbers.append(String(current.ordinal))
            } else if current.kind != .multipart {
                numbers.append("1")
            } else if !isInner, current.parent != nil {
                numbers.append("TEXT")
            }
            guard let parent = current.parent else { break }
            isInner = true
            current = parts[parent]
        }
        return numbers.reversed().joined(separator: ".")
    }

    /// What is wrong with the message, `log` included, by section number and with `more-defects` where the
    /// list is cut.
    package func defects(in log: DefectLog) -> [Defect] {
        var defects = log.entries.map { entry in
            Defect(
                code: entry.code, part: section(of: parts[entry.part]), offset: entry.offset,
                count: entry.count)
        }
        if log.overflow > 0 {
            defects.append(
                Defect(code: .moreDefects, part: section(of: root), offset: 0, count: log.overflow))
        }
        return defects
    }
}

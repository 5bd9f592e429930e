/// Collects what is wrong: the same defect of the same part is one entry with a count, and entries are
/// limited.
package struct DefectLog: Sendable {
    /// An entry before its part has a number.
    package struct Entry: Equatable, Sendable {
        /// What is wrong.
        package let code: DefectCode
        /// The index of the part it is in.
        package let part: Int
        /// Where it begins, in the octets as received.
        package let offset: Int
        /// How often it occurs in that part.
        package var count: Int
    }

    /// What was found, in the order it was found.
    package private(set) var entries: [Entry] = []
    /// How many defects found no place in `entries`.
    package private(set) var overflow = 0
    /// The part that reports are about.
    package var part = 0
    /// Where offsets of reports count from, in the octets as received.
    package var base = 0
    /// Whether `base` is the offset itself: reports come from decoded octets, which have none of their own.
    package var isAnchored = false
    private let limit: Int

    /// An empty log for at most `limit` entries.
    package init(limit: Int = ParseLimits.standard.defects) {
        self.limit = limit
    }

    /// Gives every entry another part, when parts change their places.
    mutating func renumberParts(_ place: (Int) -> Int) {
        entries = entries.map {
            Entry(code: $0.code, part: place($0.part), offset: $0.offset, count: $0.count)
        }
        part = place(part)
    }

    /// This log without its entries.
    func emptied() -> DefectLog {
        var log = DefectLog(limit: limit)
        log.part = part
        log.base = base
        log.isAnchored = isAnchored
        return log
    }

    /// Adds what another log of the same message holds.
    package mutating func merge(_ other: DefectLog) {
        for entry in other.entries {
            part = entry.part
            base = 0
            isAnchored = false
            report(entry.code, at: entry.offset, count: entry.count)
        }
        overflow += other.overflow
    }

    /// Notes `count` occurrences of `code`, the first at `offset` octets after `base`.
    package mutating func report(_ code: DefectCode, at offset: Int = 0, count: Int = 1) {
        guard count > 0 else { return }
        if let known = entries.firstIndex(where: { $0.code == code && $0.part == part }) {
            entries[known].count += count
        } else if entries.count < limit {
            let place = isAnchored ? base : base + offset
            entries.append(Entry(code: code, part: part, offset: place, count: count))
        } else {
            overflow += count
        }
    }
}

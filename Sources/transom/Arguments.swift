import Console

/// The instant that `text` names; without it, the clock's.
func instant(_ text: String?) throws -> Instant {
    guard let text else { return Instant.now }
    guard let instant = Instant(argument: text, now: .now) else {
        throw CommandError("--now is RFC 3339 (2026-11-23T20:14:05Z) or Unix seconds", .usage)
    }
    return instant
}

/// The instant that `text` names, which may be a span back from now.
func past(_ text: String, of option: String) throws -> Instant {
    guard let instant = Instant(argument: text, now: .now) else {
        throw CommandError("\(option) is RFC 3339, Unix seconds, or a span back from now such as 2h", .usage)
    }
    return instant
}

/// The span that `text` names.
func span(_ text: String, of option: String) throws -> Duration {
    guard let span = Duration(argument: text) else {
        throw CommandError("\(option) is a number and a unit: 500ms, 30s, 5m, 2h, 7d", .usage)
    }
    return span
}

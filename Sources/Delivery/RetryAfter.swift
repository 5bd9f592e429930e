package import Mail

/// The value of `Retry-After`: seconds or a date.
///
/// RFC 9110 §10.2.3.
package enum RetryAfter {
    /// The shortest pause it can ask for.
    package static let shortest: Duration = .seconds(1)
    /// The longest pause it can ask for.
    package static let longest: Duration = .seconds(86_400)

    /// The pause that `text` asks for at `now`, held between the two limits; `nil` when it is neither form.
    package static func pause(_ text: String, now: Timestamp) -> Duration? {
        guard let asked = seconds(text) ?? date(text).map({ $0 - now }) else { return nil }
        return min(max(asked, shortest), longest)
    }

    /// A whole number of seconds; some senders add a fraction, which is dropped.
    private static func seconds(_ text: String) -> Duration? {
        let digits = text.prefix { $0 != "." }
        let fraction = text.dropFirst(digits.count).dropFirst()
        guard (1...18).contains(digits.utf8.count),
            (digits + fraction).utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        return Int64(digits).map { .seconds(min($0, longest.components.seconds)) }
    }

    /// The instant that one of the three forms of HTTP's date names, which is always in GMT.
    ///
    /// RFC 9110 §5.6.7.
    package static func date(_ text: String) -> Timestamp? {
        let words = text.split { " ,-".contains($0) }.map(String.init)
        guard words.count == 6 || words.count == 5 else { return nil }
        // Sun, 06 Nov 1994 08:49:37 GMT · Sunday, 06-Nov-94 08:49:37 GMT · Sun Nov  6 08:49:37 1994
        let isAsctime = words.count == 5
        guard
            let day = Int(words[isAsctime ? 2 : 1]), let year = Int(words[isAsctime ? 4 : 3]),
            let month = months.firstIndex(of: words[isAsctime ? 1 : 2]), isAsctime || words[5] == "GMT",
            (1...31).contains(day), (0...9999).contains(year), let time = time(words[isAsctime ? 3 : 4])
        else { return nil }
        // A year of two digits that seems more than 50 years ahead lies in the past; these pauses are short.
        let fullYear = year < 70 ? 2000 + year : year < 100 ? 1900 + year : year
        let days = CivilTime.days(year: fullYear, month: month + 1, day: day)
        return Timestamp(milliseconds: Int64(days * 86_400 + time) * 1000)
    }

    private static func time(_ text: String) -> Int? {
        let parts = text.split(separator: ":").map { Int($0) }
        guard parts.count == 3, let hour = parts[0], let minute = parts[1], let second = parts[2],
            (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second)
        else { return nil }
        return hour * 3600 + minute * 60 + second
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}

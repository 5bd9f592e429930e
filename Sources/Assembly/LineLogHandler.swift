import Foundation
package import Logging
import Mail
package import Settings
import Spool
import Synchronization

/// Makes one line an event for standard error: text for people on a terminal, one JSON object a line elsewhere.
package struct LineLogHandler: LogHandler {
    /// The least severe line that is written: what a copy was told, else what all have in common.
    package var logLevel: Logger.Level {
        get { own ?? common.value }
        set { own = newValue }
    }
    private var own: Logger.Level?
    private let common: CommonLevel
    /// What every line carries.
    package var metadata: Logger.Metadata = [:]
    private let isJSON: Bool
    /// Octets that most lines are shorter than.
    private static let usualLine = 384

    /// A handler for `settings`; `auto` is text where standard error is a terminal.
    init(_ settings: LogSettings) {
        isJSON = settings.format == .json || settings.format == .auto && isatty(STDERR_FILENO) == 0
        common = CommonLevel(Logger.Level(settings.level))
    }

    /// Writes by `level` from now on, and so do all copies that were not told otherwise.
    func follow(_ level: LogSettings.Level) { common.set(Logger.Level(level)) }

    /// A value that every line carries.
    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes the event; what is less than a notice leaves with the lines around it (`LogOutput`).
    package func log(event: LogEvent) {
        LogOutput.standardError.append(line(event), isUrgent: event.level >= .notice)
    }

    /// Lets lines about mail be collected; nothing may want to be the process's only thread any more.
    func collectLines() {
        _ = atexit { LogOutput.standardError.flush() }
        LogOutput.standardError.collect { lost in
            line(
                LogEvent(
                    level: .warning, message: "log lines were lost: nobody took them",
                    metadata: ["lines": "\(lost)"], source: nil, file: #fileID, function: #function,
                    line: #line))
        }
    }

    private func line(_ event: LogEvent) -> [UInt8] {
        let own = event.metadata ?? [:]
        let all = metadata.isEmpty ? own : metadata.merging(own) { _, new in new }
        let members = all.sorted { $0.key < $1.key }
        var line = isJSON ? json(event, members) : text(event, members)
        line.append(0x0A)
        return line
    }

    private func json(_ event: LogEvent, _ members: [(key: String, value: Logger.MetadataValue)]) -> [UInt8] {
        var json = JSONWriter()
        json.bytes.reserveCapacity(Self.usualLine)
        json.beginObject()
        json.name("time")
        json.timestamp(WallClock.now())
        json.name("level")
        json.string(event.level.rawValue)
        json.name("event")
        json.string(event.message.description)
        for (key, value) in members {
            json.name(key)
            json.string(plain(value))
        }
        json.endObject()
        return json.bytes
    }

    private func text(_ event: LogEvent, _ members: [(key: String, value: Logger.MetadataValue)]) -> [UInt8] {
        let time = WallClock.now().rfc3339.dropFirst(11).dropLast()
        let facts = members.map { " \($0.key)=\(singleLine("\($0.value)"))" }.joined()
        return Array("\(time) \(event.level.rawValue.padded(to: 7)) \(event.message)\(facts)".utf8)
    }

    /// The text of `value`; one that is a text already is not made anew.
    private func plain(_ value: Logger.MetadataValue) -> String {
        switch value {
        case .string(let text): text
        case .stringConvertible(let other): other.description
        case .array, .dictionary: value.description
        }
    }

    /// A value that holds blanks is put in quotes, and controls are escaped: a log line is one line.
    private func singleLine(_ value: String) -> String {
        let isPlain = value.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F && $0 != "\"" }
        return isPlain && !value.isEmpty ? value : value.debugDescription
    }
}

/// The level that all copies of a handler share, so that a reload reaches them.
private final class CommonLevel: Sendable {
    private static let levels = Logger.Level.allCases
    private let index: Atomic<Int>

    init(_ level: Logger.Level) { index = Atomic(Self.place(of: level)) }

    var value: Logger.Level { Self.levels[index.load(ordering: .relaxed)] }

    func set(_ level: Logger.Level) { index.store(Self.place(of: level), ordering: .relaxed) }

    private static func place(of level: Logger.Level) -> Int { levels.firstIndex(of: level) ?? 0 }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}

extension Logger {
    /// The logger of the program, by what the operator wants.
    package static func transom(_ settings: LogSettings) -> Logger {
        Logger(label: "transom") { _ in LineLogHandler(settings) }
    }

    /// Writes by `settings.level` from now on, as do all copies of this logger.
    func follow(_ settings: LogSettings) { (handler as? LineLogHandler)?.follow(settings.level) }
}

extension Logger.Level {
    /// The level of this name.
    init(_ level: LogSettings.Level) {
        self =
            switch level {
            case .trace: .trace
            case .debug: .debug
            case .info: .info
            case .notice: .notice
            case .warning: .warning
            case .error: .error
            }
    }
}

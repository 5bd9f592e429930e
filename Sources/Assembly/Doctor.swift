package import Console
import Settings

/// `transom doctor`: looks at what surrounds the bridge, and says what to change.
package struct Doctor: Sendable {
    let file: ConfigurationFile
    let terminal: Terminal

    /// A look at what `file` configures.
    package init(_ file: ConfigurationFile, terminal: Terminal) {
        self.file = file
        self.terminal = terminal
    }

    /// Prints a line for each look; ends with status 1 when something has to be changed.
    package func run() async throws {
        let settings = try file.settings(terminal)
        var faults = 0
        var looks = [disk(settings), certificate(settings)] + listeners(settings)
        for look in looks { terminal.print(look.line(terminal)) }
        faults = looks.count { $0.verdict == .fix }
        looks = await names(settings) + endpoints(settings)
        for look in looks { terminal.print(look.line(terminal)) }
        faults += looks.count { $0.verdict == .fix }
        guard faults == 0 else {
            throw CommandError("\(faults) thing\(faults == 1 ? "" : "s") to change", .failure)
        }
    }
}

/// What one look of the doctor found.
struct DoctorsLook: Sendable {
    /// Whether something has to be done.
    enum Verdict: String, Sendable {
        /// All is well.
        case fine = "ok"
        /// It works; worth knowing.
        case note = "note"
        /// It does not work.
        case fix = "fix"
    }

    let verdict: Verdict
    /// What was looked at.
    let subject: String
    /// What was found, and what to change.
    let words: String

    init(_ verdict: Verdict, _ subject: String, _ words: String) {
        (self.verdict, self.subject, self.words) = (verdict, subject, words)
    }

    /// The look for people.
    func line(_ terminal: Terminal) -> String {
        let colour: Terminal.Colour =
            switch verdict {
            case .fine: .green
            case .note: .yellow
            case .fix: .red
            }
        let mark = verdict.rawValue + String(repeating: " ", count: 4 - verdict.rawValue.count)
        return "\(terminal.coloured(mark, colour))  \(subject): \(words)"
    }
}

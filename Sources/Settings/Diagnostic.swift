/// An error or a warning about the configuration, with the place it is about.
package struct Diagnostic: Error, Hashable, Sendable {
    /// How bad it is.
    package enum Severity: String, Sendable {
        /// The configuration cannot be used.
        case error
        /// It can, but probably means something else.
        case warning
    }

    /// How bad it is.
    package var severity: Severity
    /// What it is about; `nil`: the configuration as a whole.
    package var place: Place?
    /// What is wrong, in one sentence without a full stop.
    package var message: String
    /// What to do about it.
    package var suggestion: String?
    /// The line of the source, where there is one.
    package var sourceLine: String?
    /// Whether what stands at the place must not be shown.
    package var isSecret: Bool

    /// A diagnostic of these parts.
    package init(
        _ severity: Severity, at place: Place?, _ message: String, suggestion: String? = nil,
        sourceLine: String? = nil, isSecret: Bool = false
    ) {
        self.severity = severity
        self.place = place
        self.message = message
        self.suggestion = suggestion
        self.sourceLine = sourceLine
        self.isSecret = isSecret
    }
}

extension Diagnostic: CustomStringConvertible {
    /// `FILE:LINE:COL: error: message; suggestion`: what a log shows.
    package var headline: String {
        let front = place.map { "\($0): " } ?? ""
        return "\(front)\(severity.rawValue): \(message)\(suggestion.map { "; \($0)" } ?? "")"
    }

    /// The headline, then the line, its keys as stars, and a caret under the place.
    package var description: String {
        guard let place, let sourceLine else { return headline }
        let scalars = Array(sourceLine.unicodeScalars)
        let before = scalars.prefix(place.column - 1)
        let shown = masked(isSecret ? before + ["…"] : scalars[...])
        return "\(headline)\n  \(shown)\n  \(String(repeating: " ", count: before.count))^"
    }

    /// The line with every key in it as stars, which may stand beside what is wrong; each star for one character, so that
    /// the caret fits.
    private func masked(_ line: ArraySlice<Unicode.Scalar>) -> String {
        var line = line
        for prefix in ["whsec_", "whsk_"] {
            let prefix = Array(prefix.unicodeScalars)
            var start = line.startIndex
            while let found = line[start...].firstRange(of: prefix) {
                start = found.upperBound
                while start < line.endIndex, line[start].isBase64 {
                    line[start] = "*"
                    start += 1
                }
            }
        }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: line)
        return String(text)
    }
}

extension Unicode.Scalar {
    /// Whether it may stand in base64.
    ///
    /// RFC 4648 §4.
    fileprivate var isBase64: Bool {
        properties.isAlphabetic && isASCII || ("0"..."9").contains(self)
            || "+/=".unicodeScalars.contains(self)
    }
}

/// A place in a file, or in the value of a variable or flag.
package struct Place: Hashable, Sendable {
    /// The source where there is no file.
    static let environment = "the environment"

    /// The file's path as given, or `$NAME` of the environment, or a flag.
    package var source: String
    /// The line, from 1.
    package var line: Int
    /// The column, from 1, in Unicode scalars.
    package var column: Int

    /// Line `line`, column `column` of `source`.
    package init(source: String, line: Int, column: Int) {
        self.source = source
        self.line = line
        self.column = column
    }
}

extension Place: CustomStringConvertible {
    /// `transom.yaml:3:9`; of a variable or flag only its name.
    package var description: String {
        source.hasPrefix("$") || source.hasPrefix("--") || source == Self.environment
            ? source : "\(source):\(line):\(column)"
    }
}

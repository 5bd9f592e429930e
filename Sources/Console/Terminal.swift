import Foundation

/// Where commands print: human text on a terminal, plain text in a pipe, colours only where they can be seen.
package struct Terminal: Sendable {
    /// Whether standard output is a terminal.
    package let isTerminal: Bool
    /// Whether colours are wanted: a terminal, and no `NO_COLOR`.
    package let hasColours: Bool

    /// The terminal of this process.
    package init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        isTerminal = isatty(STDOUT_FILENO) == 1
        hasColours = isTerminal && (environment["NO_COLOR"] ?? "").isEmpty
    }

    /// Prints a line on standard output.
    package func print(_ line: String = "") {
        write(Array((line + "\n").utf8), to: STDOUT_FILENO)
    }

    /// Prints a line on standard error: progress, remarks, errors.
    package func note(_ line: String) {
        write(Array((line + "\n").utf8), to: STDERR_FILENO)
    }

    /// Writes octets on standard output as they are.
    package func write(_ octets: [UInt8]) {
        write(octets, to: STDOUT_FILENO)
    }

    /// `text` in `colour`, where colours are wanted.
    package func coloured(_ text: String, _ colour: Colour) -> String {
        hasColours ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// A colour of the terminal.
    package enum Colour: Int, Sendable {
        /// Something went wrong for good.
        case red = 31
        /// Something went well.
        case green = 32
        /// Something waits.
        case yellow = 33
        /// What is beside the point.
        case grey = 90
    }

    /// A reader that went away (`| head`) is no error of ours: what is left is dropped.
    ///
    /// Anything else that keeps us from writing (a full disk) ends the process with status 74: half an output that
    /// looks whole would be worse.
    private func write(_ octets: [UInt8], to descriptor: Int32) {
        var start = 0
        while start < octets.count {
            let written = unsafe octets.withUnsafeBytes { bytes in
                unsafe Foundation.write(
                    descriptor, bytes.baseAddress.map { unsafe $0 + start }, octets.count - start)
            }
            if written < 0, errno == EINTR { continue }
            if written < 0, errno != EPIPE, descriptor == STDOUT_FILENO {
                note("transom: cannot write the output: \(unsafe String(cString: strerror(errno)))")
                exit(ExitStatus.inputOutput.rawValue)
            }
            guard written > 0 else { return }
            start += written
        }
    }
}

/// Text of a peer for a terminal: control characters, which could move the cursor, become `?`.
package func printable(_ text: String) -> String {
    String(
        String.UnicodeScalarView(
            text.unicodeScalars.map { scalar in
                scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.properties.isBidiControl
                    ? "?" : scalar
            }))
}

/// Columns of text, each as wide as its widest cell; the last one is cut to nothing.
struct Table {
    private let head: [String]
    private var rows: [[String]] = []

    init(_ head: String...) {
        self.head = head
    }

    mutating func add(_ cells: String...) {
        rows.append(cells.map(printable))
    }

    /// The lines, with the head on top.
    var lines: [String] {
        let all = [head] + rows
        let widths = head.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { row in
            zip(row, widths).enumerated().map { index, cell in
                index == row.count - 1
                    ? cell.0 : cell.0.padding(toLength: cell.1, withPad: " ", startingAt: 0)
            }.joined(separator: "  ")
        }
    }
}

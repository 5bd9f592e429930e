import Foundation

/// A conversation as a file of `Tests/Dialogues` tells it.
///
/// ```
/// # comment
/// @ name value     a setting: mode, message_size, recipients, errors, …
/// C: text          the client sends text and CRLF
/// C| text          the client sends text as it is; \r \n \t \0 \\ and \xHH stand for octets
/// S: text          the next reply has a line that begins with text
/// S& text          so has the same reply
/// S^ text          the same reply has no line that begins with text
/// S!               the server closes
/// M: text          the message last accepted is exactly these octets; escapes as in C|
/// N: count         so many messages were accepted so far
/// ```
package struct Dialogue: Sendable, CustomStringConvertible {
    /// One line of a dialogue.
    package enum Step: Sendable {
        /// The client sends octets.
        case send([UInt8])
        /// The next reply has a line that begins so.
        case reply(String)
        /// The last reply has a line that begins so.
        case also(String)
        /// The last reply has no line that begins so.
        case never(String)
        /// The server closes.
        case close
        /// The last message.
        case message([UInt8])
        /// The count of messages.
        case count(Int)
    }

    /// The file's name without suffix.
    package let name: String
    /// The settings.
    package var settings: [String: String] = [:]
    /// The lines, with their numbers.
    package var steps: [(line: Int, step: Step)] = []

    package var description: String { name }

    /// Every dialogue of the folder.
    package static func all(testFile: String = #filePath) -> [Dialogue] {
        let folder = URL(fileURLWithPath: testFile).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Dialogues").resolvingSymlinksInPath()
        let files =
            (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
        return files.filter { $0.pathExtension == "smtp" }.sorted { $0.path < $1.path }.map(
            Dialogue.init(file:))
    }

    private init(file: URL) {
        name = file.deletingPathExtension().lastPathComponent
        let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            add(String(line), index + 1)
        }
    }

    private mutating func add(_ line: String, _ number: Int) {
        guard !line.isEmpty, !line.hasPrefix("#") else { return }
        let rest = String(line.dropFirst(3))
        switch line.prefix(2) {
        case "@ ":
            let words = line.dropFirst(2).split(separator: " ", maxSplits: 1)
            settings[String(words[0])] = words.count > 1 ? String(words[1]) : ""
        case "C:": steps.append((number, .send(Array((rest + "\r\n").utf8))))
        case "C|": steps.append((number, .send(Self.unescaped(rest))))
        case "S:": steps.append((number, .reply(rest)))
        case "S&": steps.append((number, .also(rest)))
        case "S^": steps.append((number, .never(rest)))
        case "S!": steps.append((number, .close))
        case "M:": steps.append((number, .message(Self.unescaped(rest))))
        case "N:": steps.append((number, .count(Int(rest) ?? -1)))
        default: preconditionFailure("\(name).smtp:\(number): no line of a dialogue: \(line)")
        }
    }

    /// `text` with its escapes turned into octets.
    package static func unescaped(_ text: String) -> [UInt8] {
        var octets: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let octet = rest.popFirst() {
            guard octet == UInt8(ascii: "\\"), let kind = rest.popFirst() else {
                octets.append(octet)
                continue
            }
            switch kind {
            case UInt8(ascii: "r"): octets.append(13)
            case UInt8(ascii: "n"): octets.append(10)
            case UInt8(ascii: "t"): octets.append(9)
            case UInt8(ascii: "0"): octets.append(0)
            case UInt8(ascii: "x"):
                octets.append(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) ?? 0)
                rest = rest.dropFirst(2)
            default: octets.append(kind)
            }
        }
        return octets
    }
}

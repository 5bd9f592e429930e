package import Foundation

/// How values of the API become JSON and come back: keys in snake case, members of Swift in camel case.
package enum ControlCoding {
    /// Writes requests and answers.
    package static func encoder() -> JSONEncoder {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }

    /// Reads them.
    ///
    /// Foundation's own strategy would make `remoteIp` of `remote_ip`.
    package static func decoder() -> JSONDecoder {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .custom { path in
            Key(camelCase(path.last?.stringValue ?? ""))
        }
        return decoder
    }

    private static let initialisms: Set<String> = ["ip", "id", "tls", "url"]

    private static func camelCase(_ key: String) -> String {
        let words = key.split(separator: "_").map(String.init)
        guard let first = words.first else { return key }
        return words.dropFirst().reduce(first) { name, word in
            name
                + (initialisms.contains(word)
                    ? word.uppercased() : word.prefix(1).uppercased() + word.dropFirst())
        }
    }

    private struct Key: CodingKey {
        let stringValue: String
        let intValue: Int? = nil

        init(_ name: String) { stringValue = name }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}

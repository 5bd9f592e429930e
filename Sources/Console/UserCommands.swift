import Foundation
import SASL

/// `transom users`: the file of those who may submit mail.
package struct UserCommands: Sendable {
    private let store: UserStore
    private let path: String
    private let terminal: Terminal

    /// Commands on the file at `path`.
    package init(file path: String, terminal: Terminal) {
        store = UserStore(path: path)
        self.path = path
        self.terminal = terminal
    }

    /// Adds a user, or gives one another password: read from the terminal, from a file, or from standard input (`-`).
    package func add(_ name: String, passwordFile: String?, keepsPlaintext: Bool) throws {
        let password = try passwordFile.map(Self.read) ?? Self.ask(terminal)
        let wasKnown = try translated {
            try store.add(name: name, password: password, keepPlaintext: keepsPlaintext)
        }
        terminal.print("\(wasKnown ? "changed" : "added") \(name) in \(path)")
        if keepsPlaintext {
            terminal.note("the password itself is in the file, for CRAM-MD5: guard the file")
        }
    }

    /// Removes a user.
    package func remove(_ name: String) throws {
        try translated { try store.remove(name: name) }
        terminal.print("removed \(name) from \(path)")
    }

    /// Lists the users and how their passwords are kept.
    package func list(asJSON: Bool) throws {
        let entries = try translated { try store.list() }
        guard asJSON else {
            var table = Table("USER", "KEPT AS")
            for entry in entries { table.add(entry.name, entry.schemes.joined(separator: " ")) }
            for line in table.lines { terminal.print(line) }
            return
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let users = entries.map { UserView(name: $0.name, schemes: $0.schemes) }
        terminal.print(String(decoding: try encoder.encode(users), as: UTF8.self))
    }

    /// A user as `--json` shows one.
    private struct UserView: Encodable {
        let name: String
        let schemes: [String]
    }

    private func translated<T>(_ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch let error as UserStoreError {
            let status: ExitStatus =
                switch error {
                case .unreadable, .unwritable: .inputOutput
                case .badLine: .configuration
                case .unknownUser: .failure
                case .badName, .badPassword: .usage
                }
            throw CommandError("\(error)", status)
        }
    }

    private static func read(_ path: String) throws -> String {
        let data =
            path == "-"
            ? try FileHandle.standardInput.readToEnd() ?? Data() : FileManager.default.contents(atPath: path)
        guard let data else { throw CommandError("cannot read \(path)", .inputOutput) }
        var text = String(decoding: data, as: UTF8.self)
        if text.hasSuffix("\n") { text.removeLast() }
        return text
    }

    /// Asks twice, without echo.
    private static func ask(_ terminal: Terminal) throws -> String {
        guard isatty(STDIN_FILENO) == 1 else {
            throw CommandError(
                "there is no terminal to ask for the password; use --password-file FILE or -", .usage)
        }
        let first = try askOnce("Password: ", terminal)
        guard try askOnce("Again: ", terminal) == first else {
            throw CommandError("the two differ", .failure)
        }
        return first
    }

    private static func askOnce(_ prompt: String, _ terminal: Terminal) throws -> String {
        FileHandle.standardError.write(Data(prompt.utf8))
        var before = termios()
        guard unsafe tcgetattr(STDIN_FILENO, &before) == 0 else {
            throw CommandError("the terminal does not answer", .inputOutput)
        }
        var silent = before
        silent.c_lflag &= ~tcflag_t(ECHO)
        unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
        defer {
            _ = unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &before)
            terminal.note("")
        }
        return readLine() ?? ""
    }
}

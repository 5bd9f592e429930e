import Foundation

/// Root's privileges, and how they are given up for good.
enum Privileges {
    /// Whether the process may still do everything.
    static var areHeld: Bool { geteuid() == 0 }

    /// Becomes `account`: groups first, since they cannot be changed afterwards, then the user.
    ///
    /// The C library changes the threads it knows. The one in which a Swift program waits while its tasks run elsewhere is
    /// not among them any more, so this must come before the first task; and every thread is looked at, in case it did not.
    static func drop(to account: Account) throws(StartFailure) {
        guard unsafe initgroups(account.name, account.group) == 0, setgid(account.group) == 0,
            setuid(account.user) == 0
        else { throw .notDropped(account: account.name, reason: systemWords(errno)) }
        guard account.user != 0 else { return }
        guard setuid(0) != 0, seteuid(0) != 0 else {
            throw .notDropped(account: account.name, reason: "root can be had back")
        }
        for thread in try threads() where !thread.isOnly(account) {
            throw .notDropped(account: account.name, reason: "a thread is still \(thread.user)")
        }
    }

    /// What proc(5) says of a thread.
    private struct ThreadStatus {
        /// Real, effective, saved and file system's user.
        var user: [Substring] = []
        var group: [Substring] = []
        var capabilities: Substring = ""

        init(_ text: String) {
            for line in text.split(separator: "\n") {
                let words = line.split(whereSeparator: \.isWhitespace)
                switch words.first {
                case "Uid:": user = Array(words.dropFirst())
                case "Gid:": group = Array(words.dropFirst())
                case "CapEff:": capabilities = words.last ?? ""
                default: break
                }
            }
        }

        /// Whether nothing is left of what it was before.
        func isOnly(_ account: Account) -> Bool {
            user == Array(repeating: "\(account.user)", count: 4)
                && group == Array(repeating: "\(account.group)", count: 4)
                && capabilities.allSatisfy { $0 == "0" }
        }
    }

    private static func threads() throws(StartFailure) -> [ThreadStatus] {
        let folder = "/proc/self/task"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let texts = names.compactMap {
            try? String(contentsOfFile: "\(folder)/\($0)/status", encoding: .utf8)
        }
        guard !texts.isEmpty else { throw .notDropped(account: "user", reason: "cannot read \(folder)") }
        return texts.map(ThreadStatus.init)
    }
}

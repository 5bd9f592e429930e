import Glibc

/// A process of the test's own, with its output in our hands and its errors nowhere.
package final class ChildProcess {
    private let pid: pid_t
    private let output: Int32

    /// Starts `arguments[0]`, found along `PATH`; `nil` when it cannot be started.
    package init?(_ arguments: [String]) {
        var ends: [Int32] = [-1, -1]
        // Closed in every other child, at once: a pipe would leave a gap.
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard unsafe socketpair(AF_UNIX, kind, 0, &ends) == 0 else { return nil }
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        unsafe posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        unsafe posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        let strings = unsafe arguments.map { unsafe strdup($0) }
        defer { unsafe strings.forEach { unsafe free($0) } }
        var pid = pid_t()
        let code = unsafe posix_spawnp(&pid, arguments[0], &actions, nil, strings + [nil], environ)
        close(ends[1])
        guard code == 0 else {
            close(ends[0])
            return nil
        }
        self.pid = pid
        output = ends[0]
    }

    deinit {
        close(output)
    }

    /// The first line it prints, without its end.
    package func firstLine() -> String {
        var line: [UInt8] = []
        var octet: UInt8 = 0
        while unsafe read(output, &octet, 1) == 1, octet != UInt8(ascii: "\n") { line.append(octet) }
        return String(decoding: line, as: UTF8.self)
    }

    /// Waits until it has ended, and gives back all it printed.
    package func outputToEnd() -> String {
        var all: [UInt8] = []
        var window = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = unsafe read(output, &window, window.count)
            guard count > 0 else { break }
            all += window[..<count]
        }
        _ = waitpid(pid, nil, 0)
        return String(decoding: all, as: UTF8.self)
    }

    /// Ends it at once.
    package func kill() {
        _ = Glibc.kill(pid, SIGKILL)
        _ = waitpid(pid, nil, 0)
    }
}

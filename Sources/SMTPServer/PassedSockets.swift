internal import Glibc

/// The sockets that systemd passed to the process, by name: sd_listen_fds(3).
package struct PassedSockets: Sendable {
    /// The first descriptor that is passed.
    private static let first: CInt = 3

    private let descriptors: [String: CInt]

    /// None.
    package init() {
        descriptors = [:]
    }

    /// Those of `LISTEN_FDS` and `LISTEN_FDNAMES`, if `LISTEN_PID` says they are for `process`.
    ///
    /// Of several with the same name the first counts.
    package init(environment: [String: String], process: Int) {
        guard environment["LISTEN_PID"] == "\(process)",
            let count = environment["LISTEN_FDS"].flatMap({ Int($0) }),
            (1...256).contains(count)
        else {
            descriptors = [:]
            return
        }
        let names =
            environment["LISTEN_FDNAMES"]?.split(separator: ":", omittingEmptySubsequences: false) ?? []
        let pairs = (0..<count).map { index in
            (index < names.count ? String(names[index]) : "unknown", Self.first + CInt(index))
        }
        descriptors = Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }

    /// A duplicate of the socket `name`, so that it survives its listener's end; `nil` when none was passed.
    func duplicate(_ name: String) -> CInt? {
        guard let descriptor = descriptors[name] else { return nil }
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        return copy < 0 ? nil : copy
    }
}

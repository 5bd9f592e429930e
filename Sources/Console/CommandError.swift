/// How a process ends, by the names of sysexits.
package enum ExitStatus: Int32, Sendable {
    /// It went well.
    case ok = 0
    /// It did not, or the answer is no.
    case failure = 1
    /// The command line makes no sense.
    case usage = 64
    /// Something that should be there is not: no bridge, no file.
    case unavailable = 69
    /// Reading or writing failed.
    case inputOutput = 74
    /// Trying again may help.
    case temporary = 75
    /// The configuration cannot be used.
    case configuration = 78
}

/// Why a command ends early: what is printed, and how it exits.
package struct CommandError: Error, Equatable, Sendable {
    /// What was wrong and what to do.
    package let message: String
    /// The exit status.
    package let status: ExitStatus

    /// A command that says `message` and ends with `status`.
    package init(_ message: String, _ status: ExitStatus) {
        self.message = message
        self.status = status
    }
}

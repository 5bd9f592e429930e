/// What the loader asks of the machine.
///
/// `Assembly` answers with system calls, tests with values.
package struct Surroundings: Sendable {
    /// The environment.
    package var environment: [String: String]
    /// The machine's own name.
    package var hostname: String
    /// Reads a whole file.
    package var readFile: @Sendable (_ path: String) throws(FileProblem) -> FileContents
    /// The names in a folder; empty when there is none.
    package var listFolder: @Sendable (_ path: String) -> [String]
    /// Whether the folder can be written, or made.
    package var isWritable: @Sendable (_ path: String) -> Bool
    /// Whether this process may listen on the port.
    package var mayListen: @Sendable (_ port: Int) -> Bool

    /// Surroundings of these answers.
    package init(
        environment: [String: String], hostname: String,
        readFile: @escaping @Sendable (_ path: String) throws(FileProblem) -> FileContents,
        listFolder: @escaping @Sendable (_ path: String) -> [String],
        isWritable: @escaping @Sendable (_ path: String) -> Bool,
        mayListen: @escaping @Sendable (_ port: Int) -> Bool
    ) {
        self.environment = environment
        self.hostname = hostname
        self.readFile = readFile
        self.listFolder = listFolder
        self.isWritable = isWritable
        self.mayListen = mayListen
    }
}

/// A file that was read.
package struct FileContents: Sendable {
    /// Its octets.
    package var octets: [UInt8]
    /// Whether every account of the machine may read it.
    package var isWorldReadable: Bool

    /// A file of these octets.
    package init(octets: [UInt8], isWorldReadable: Bool = false) {
        self.octets = octets
        self.isWorldReadable = isWorldReadable
    }
}

/// Why a file could not be read.
package enum FileProblem: Error, Equatable, Sendable {
    /// There is none.
    case missing
    /// The system said no, in its own words.
    case unreadable(String)
}

import Foundation
package import Settings

extension Surroundings {
    /// What this machine answers to the loader.
    package static func system(environment: [String: String] = ProcessInfo.processInfo.environment)
        -> Surroundings
    {
        Surroundings(
            environment: environment, hostname: hostName(), readFile: readFile,
            listFolder: { folder in
                ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
            },
            isWritable: isWritable, mayListen: mayListen)
    }

    private static func hostName() -> String {
        let name = ProcessInfo.processInfo.hostName
        return name.isEmpty ? "localhost" : name
    }

    private static let readFile: @Sendable (String) throws(FileProblem) -> FileContents = {
        path throws(FileProblem) in
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw errno == ENOENT ? .missing : .unreadable(FileReader.words(for: errno))
        }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
            let attributes = try? FileManager.default.attributesOfItem(atPath: target)
            guard attributes?[.type] as? FileAttributeType != .typeDirectory else {
                throw FileProblem.unreadable(systemWords(EISDIR))
            }
            let permissions = attributes?[.posixPermissions] as? Int ?? 0
            let data = try handle.readToEnd() ?? Data()
            return FileContents(octets: Array(data), isWorldReadable: permissions & 0o004 != 0)
        } catch {
            throw error as? FileProblem ?? .unreadable("\(error)")
        }
    }

    /// Whether files can be made in the folder, or the folder in its parent.
    private static let isWritable: @Sendable (String) -> Bool = { path in
        if unsafe access(path, F_OK) == 0 { return unsafe access(path, W_OK | X_OK) == 0 }
        let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
        return unsafe access(parent, W_OK | X_OK) == 0
    }

    /// Whether the kernel lets this process bind the port; tried, since capabilities decide it and not the user.
    private static let mayListen: @Sendable (Int) -> Bool = { port in
        let descriptor = socket(AF_INET6, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = in_port_t(UInt16(clamping: port)).bigEndian
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in6>.size))
            }
        }
        return result == 0 || errno != EACCES
    }
}

/// What the system calls the error.
func systemWords(_ code: Int32) -> String {
    unsafe String(cString: strerror(code))
}

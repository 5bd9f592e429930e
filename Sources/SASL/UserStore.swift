import Glibc
import Synchronization

/// The file of SMTP users: read by the server, changed by commands.
///
/// The server looks at the file's stamp at most once a second and keeps what it read last when the file becomes
/// unusable. A change replaces the file: temporary name, sync, rename; commands exclude one another by a lock on the
/// folder.
package final class UserStore: Sendable {
    /// Where the users are.
    package let path: String
    private let cache = Mutex(Cache())

    private struct Cache {
        var file = UserFile()
        var stamp: FileStamp?
        var checked: ContinuousClock.Instant?
        var notices: [SASLNotice] = []
    }

    /// How long a look at the file counts.
    private let lookInterval: Duration

    /// A store for commands: nothing is read yet, and a missing file is an empty one.
    package init(path: String, lookInterval: Duration = .seconds(1)) {
        self.path = path
        self.lookInterval = lookInterval
    }

    /// A store for the server, which has read the file.
    package static func open(
        _ path: String, lookInterval: Duration = .seconds(1)
    ) throws(UserStoreError) -> UserStore {
        let store = UserStore(path: path, lookInterval: lookInterval)
        let stamp = FileStamp(path: path)
        var file = try UserFile(FileContent.read(path), path: path)
        file.ensureSeed()
        store.cache.withLock {
            $0.file = file
            $0.stamp = stamp
        }
        return store
    }

    /// The users as they are, read again if the file has changed.
    func current(now: ContinuousClock.Instant = .now) -> UserFile {
        let (file, stamp, isDue) = cache.withLock { cache in
            let isDue = cache.checked.map { now - $0 >= lookInterval } ?? true
            if isDue { cache.checked = now }
            return (cache.file, cache.stamp, isDue)
        }
        guard isDue else { return file }
        let found = FileStamp(path: path)
        guard found != stamp else { return file }
        return take(found, former: file)
    }

    /// What happened to the file since the last call, for the log.
    func takeNotices() -> [SASLNotice] {
        cache.withLock { cache in
            defer { cache.notices = [] }
            return cache.notices
        }
    }

    private func take(_ stamp: FileStamp, former: UserFile) -> UserFile {
        var file = former
        let notice: SASLNotice
        do throws(UserStoreError) {
            file = try UserFile(FileContent.read(path), path: path)
            if file.seed == nil { file.adoptSeed(of: former) }
            notice = .usersReloaded(count: file.users.count)
        } catch {
            notice = .usersUnusable(error)
        }
        return cache.withLock { cache in
            cache.file = file
            cache.stamp = stamp
            cache.notices.append(notice)
            return file
        }
    }
}

extension UserStore {
    /// A user as a list shows it.
    package struct Entry: Sendable, Equatable {
        /// The name.
        package var name: String
        /// What is stored: `SCRAM-SHA-256`, `SCRAM-SHA-1`, `PLAIN`.
        package var schemes: [String]

        /// An entry by its parts.
        package init(name: String, schemes: [String]) {
            self.name = name
            self.schemes = schemes
        }
    }

    /// The users in the file's order.
    ///
    /// Reads the file.
    package func list() throws(UserStoreError) -> [Entry] {
        try read().users.map { user in
            Entry(
                name: user.name,
                schemes: user.verifiers.map(\.digest.rawValue) + (user.plaintext == nil ? [] : ["PLAIN"]))
        }
    }

    /// Adds a user with verifiers for SCRAM, and with the password itself if `keepPlaintext`; or gives an
    /// existing one this password, and returns true then.
    ///
    /// Slow on purpose; changes the file.
    @discardableResult
    package func add(name: String, password: String, keepPlaintext: Bool = false) throws(UserStoreError)
        -> Bool
    {
        guard UserFile.isName(name), let stored = SASLPrep.stored(name) else { throw .badName(name: name) }
        guard let password = SASLPrep.stored(password), !password.isEmpty else { throw .badPassword }
        var user = UserFile.User(name: stored)
        for digest in ScramVerifier.Digest.allCases {
            guard let verifier = ScramVerifier(password: password, digest: digest) else { throw .badPassword }
            user.verifiers.append(verifier)
        }
        if keepPlaintext { user.plaintext = password }
        return try change { file throws(UserStoreError) in file.set(user) }
    }

    /// Removes a user.
    ///
    /// Changes the file.
    package func remove(name: String) throws(UserStoreError) {
        try change { file throws(UserStoreError) in
            guard file.remove(SASLPrep.query(name) ?? name) else { throw .unknownUser(name: name) }
        }
    }

    private func read() throws(UserStoreError) -> UserFile {
        do throws(UserStoreError) {
            return try UserFile(FileContent.read(path), path: path)
        } catch .unreadable(_, ENOENT) {
            return UserFile()
        }
    }

    private func change<Result>(
        _ body: (inout UserFile) throws(UserStoreError) -> Result
    ) throws(UserStoreError) -> Result {
        let lock = try FileContent.lockFolder(of: path)
        defer { close(lock) }
        var file = try read()
        file.ensureSeed()
        let result = try body(&file)
        try FileContent.replace(path, with: Array(file.text.utf8))
        return result
    }
}

import Cryptography
import GRDB
import Mail

extension MessageSpool {
    /// Octets compared in one read.
    private static let window = 256 << 10

    /// Looks for damage; `readsBodies`: compares every message with its digest.
    ///
    /// Changes nothing.
    package func check(readsBodies: Bool) async throws(SpoolError) -> SpoolDamage {
        let (bodies, salt) = (bodies, places.salt)
        var damage = try await read { db in
            var damage = SpoolDamage()
            damage.database = try String.fetchAll(db, sql: "PRAGMA integrity_check").filter { $0 != "ok" }
            damage.strays = try Self.strays(db, salt)
            damage.unreadable = try Self.unreadable(db, salt)
            var expected = try Recovery.inFiles(db, salt: salt)
            for (path, id) in try bodies.list() where id.flatMap({ expected.remove($0) }) == nil {
                if !bodies.isArriving(path) { damage.orphans.append(path) }
            }
            damage.missingBodies = expected.sorted()
            return damage
        }
        if readsBodies { damage.changedBodies = try await changedBodies(missing: Set(damage.missingBodies)) }
        return damage
    }

    private static func strays(_ db: Database, _ salt: SpoolSalt) throws -> [String] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT message, n FROM delivery WHERE NOT EXISTS (SELECT 1 FROM message WHERE seq = message)
                UNION
                SELECT message, n FROM attempt WHERE NOT EXISTS (SELECT 1 FROM message WHERE seq = message)
                """)
        return rows.map { row in
            "\(DeliveryID(message: MessageID(key: row["message"], salt: salt), number: row["n"]))"
        }
    }

    /// The rows whose JSON makes no sense, by the ids under which commands know them.
    private static func unreadable(_ db: Database, _ salt: SpoolSalt) throws -> [String] {
        var found: [String] = []
        let messages = try Row.fetchCursor(db, sql: "SELECT seq, envelope, refused FROM message ORDER BY seq")
        while let row = try messages.next() {
            let refused = row["refused"] as String? ?? "[]"
            let isReadable =
                (try? JSONText.read(Envelope.self, from: row["envelope"])) != nil
                && (try? JSONText.read([RefusedRecipient].self, from: refused)) != nil
            if !isReadable { found.append("\(MessageID(key: row["seq"], salt: salt))") }
        }
        let deliveries = try Row.fetchCursor(
            db, sql: "SELECT message, n, recipients FROM delivery ORDER BY message, n")
        while let row = try deliveries.next() {
            guard (try? JSONText.read([RoutedRecipient].self, from: row["recipients"])) == nil else {
                continue
            }
            let message = MessageID(key: row["message"], salt: salt)
            found.append("\(DeliveryID(message: message, number: row["n"]))")
        }
        return found
    }

    private func changedBodies(missing: Set<MessageID>) async throws(SpoolError) -> [MessageID] {
        let keys = try await read { db in try Int64.fetchAll(db, sql: "SELECT seq FROM message ORDER BY seq")
        }
        var changed: [MessageID] = []
        for id in keys.map({ MessageID(key: $0, salt: places.salt) }) where !missing.contains(id) {
            guard let message = try await stored(id) else { continue }
            if !Self.isWhole(message) { changed.append(id) }
        }
        return changed
    }

    private static func isWhole(_ message: StoredMessage) -> Bool {
        guard let reader = try? message.octets.open() else { return false }
        var digest = MessageDigest(.sha256)
        var buffer = [UInt8](repeating: 0, count: min(window, max(1, reader.count)))
        var offset = 0
        while offset < reader.count {
            let count = unsafe buffer.withUnsafeMutableBytes {
                unsafe (try? reader.read(at: offset, into: $0)) ?? 0
            }
            guard count > 0 else { return false }
            digest.update(buffer.span.extracting(0..<count))
            offset += count
        }
        return digest.finish() == message.sha256
    }
}

import GRDB
import Mail

/// Where the octets of stored messages are: in rows or in files.
final class OctetPlaces: Sendable {
    let salt: SpoolSalt
    private let pool: DatabasePool
    private let bodies: BodyFolder

    init(salt: SpoolSalt, pool: DatabasePool, bodies: BodyFolder) {
        self.salt = salt
        self.pool = pool
        self.bodies = bodies
    }

    /// The way to the octets of message `id`.
    func octets(of id: MessageID, count: Int, isInFile: Bool) -> SpooledOctets {
        SpooledOctets(count: count, place: isInFile ? .file(id, path: bodies.file(of: id)) : .row(id, self))
    }

    /// The first octets of the message in `row`: its column `head`, or what is read from its file.
    ///
    /// Blocks; a message whose file cannot be read has none.
    func head(_ row: Row, window: Int) -> [UInt8] {
        guard row["is_in_file"] else { return row.octets("head") ?? [] }
        let id = MessageID(key: row["seq"], salt: salt)
        return (try? octets(of: id, count: row["size"], isInFile: true).open().head(window)) ?? []
    }

    /// The octets in the row of `id`.
    ///
    /// Blocks.
    func octetsInRow(of id: MessageID) throws(SpoolError) -> [UInt8] {
        let octets: [UInt8]?
        do {
            octets = try pool.read { db in
                try Row.fetchOne(db, sql: "SELECT octets FROM message WHERE seq = ?", arguments: [id.key])?
                    .octets("octets")
            }
        } catch {
            throw SpoolError(error)
        }
        guard let octets else { throw .notFound("\(id)") }
        return octets
    }
}

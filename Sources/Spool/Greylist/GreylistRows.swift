import Cryptography
import Foundation
import GRDB
import Mail

/// Rows of the table `greylist`: one for each triple of network, sender and recipient, and one for each network.
enum GreylistRows {
    /// A client, and between whom it carries mail.
    struct Key: Equatable {
        /// The leading octets of the client's address: 3 of IPv4 (/24), 8 of IPv6 (/64).
        var network: [UInt8]
        /// The first half of a SHA-256 over sender and recipient; empty for the network itself.
        var pair: [UInt8]

        /// Octets of a digest that are kept.
        private static let pairLength = 16

        /// The key of a triple.
        init(client: IPAddress, sender: String, recipient: String) {
            network =
                switch client {
                case .v4(let bits): [24, 16, 8].map { UInt8(truncatingIfNeeded: bits >> $0) }
                case .v6(let high, _):
                    stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: high >> UInt64($0)) }
                }
            pair = Array(MessageDigest.of(Array("\(sender)\0\(recipient)".utf8)).prefix(Self.pairLength))
        }

        /// The key of its network.
        var ofNetwork: Key {
            var key = self
            key.pair = []
            return key
        }
    }

    /// Expired rows that are removed for each row that is added.
    private static let removedForOne = 2

    /// How many rows there are.
    static func count(_ db: Database) throws -> Int {
        try Int.fetchOne(db, sql: "SELECT count(*) FROM greylist") ?? 0
    }

    /// The row of `key`, unless it has expired.
    static func record(_ key: Key, at now: Int64, _ db: Database) throws -> GreylistRecord? {
        let row = try Row.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT first_at, passes, expires_at FROM greylist
                    WHERE network = ? AND pair = ? AND expires_at > ?
                    """),
            arguments: [Data(key.network), Data(key.pair), now])
        return row.map {
            GreylistRecord(firstAt: $0["first_at"], passes: $0["passes"], expiresAt: $0["expires_at"])
        }
    }

    /// Stores the row of `key`.
    static func store(_ record: GreylistRecord, _ key: Key, _ db: Database) throws {
        try db.cachedStatement(sql: "INSERT OR REPLACE INTO greylist VALUES (?, ?, ?, ?, ?)").execute(
            arguments: [
                Data(key.network), Data(key.pair), record.firstAt, record.passes, record.expiresAt,
            ])
    }

    /// Removes some rows that have expired; answers how many.
    static func removeExpired(at now: Int64, _ db: Database) throws -> Int {
        try db.cachedStatement(
            sql: """
                DELETE FROM greylist WHERE (network, pair) IN
                (SELECT network, pair FROM greylist WHERE expires_at <= ? ORDER BY expires_at LIMIT \(removedForOne))
                """
        ).execute(arguments: [now])
        return db.changesCount
    }
}

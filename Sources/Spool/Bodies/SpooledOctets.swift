import Mail

/// Where the octets of a stored message are.
///
/// Opened by who reads them, on a thread that may block.
package struct SpooledOctets: Sendable {
    /// How many there are.
    package let count: Int
    let place: Place

    enum Place: Sendable {
        /// Still in memory: the message has just arrived.
        case memory([UInt8])
        /// In its row.
        case row(MessageID, OctetPlaces)
        /// In a file.
        case file(MessageID, path: String)
    }

    /// A reader of its own for who calls; blocks for as long as the disk takes.
    package func open() throws(SpoolError) -> OctetReader {
        switch place {
        case .memory(let octets): OctetReader(octets)
        case .row(let id, let places): OctetReader(try places.octetsInRow(of: id))
        case .file(let id, let path): try OctetReader(file: path, of: id, count: count)
        }
    }
}

package import Mail

/// Very many addresses, hashed: the contents of a file with one address a line.
///
/// The comparison keys stand one behind the other, each with a line feed, and an open hash table of at most half its
/// places taken holds where each begins. A million addresses are about 35 MB and a look-up reads two or three places.
package struct AddressList: Sendable {
    /// The largest file, in octets; offsets are kept in 32 bits.
    package static let largestFile = 1 << 30

    /// How many addresses there are.
    package private(set) var count = 0
    /// A digest of the addresses, to tell whether two lists differ.
    package private(set) var fingerprint: UInt64 = 0
    private var keys: [UInt8] = []
    private var places: [UInt32]

    /// Why a line is no address.
    package struct BadLine: Equatable, Sendable {
        /// The line, from 1.
        package let line: Int
        /// What stands there.
        package let text: String
    }

    /// Reads the lines of `file`; empty ones and those that begin with `#` do not count.
    package init(file: [UInt8]) throws(BadLines) {
        let lines = file.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        places = [UInt32](repeating: 0, count: AddressList.tableSize(for: lines.count))
        keys.reserveCapacity(file.count)
        var bad: [BadLine] = []
        for (index, line) in lines.enumerated() where bad.count < BadLines.most {
            let line = trimmed(line)
            guard let first = line.first, first != UInt8(ascii: "#") else { continue }
            guard let key = comparisonKey(of: line) else {
                bad.append(BadLine(line: index + 1, text: String(decoding: line, as: UTF8.self)))
                continue
            }
            insert(key)
        }
        guard bad.isEmpty else { throw BadLines(lines: bad) }
    }

    /// The lines that are no addresses, the first `most` of them.
    package struct BadLines: Error, Equatable {
        /// How many are told.
        package static let most = 20
        /// The lines.
        package let lines: [BadLine]
    }

    /// Whether `address` is one of them.
    package func contains(_ address: EmailAddress) -> Bool {
        contains(key: address.comparisonKey)
    }

    /// Whether the address of this comparison key is one of them.
    func contains(key: String) -> Bool {
        let key = Array(key.utf8)
        guard !key.contains(UInt8(ascii: "\n")) else { return false }
        return places[place(of: key[...])] != 0
    }

    private mutating func insert(_ key: ArraySlice<UInt8>) {
        let place = place(of: key)
        guard places[place] == 0 else { return }
        places[place] = UInt32(keys.count + 1)
        keys += key
        keys.append(UInt8(ascii: "\n"))
        count += 1
        fingerprint &+= hash(key)
    }

    /// Where `key` stands, or else the free place where it would.
    private func place(of key: ArraySlice<UInt8>) -> Int {
        let mask = places.count - 1
        var place = Int(truncatingIfNeeded: hash(key) >> 16) & mask
        while places[place] != 0, !holds(key, at: Int(places[place]) - 1) {
            place = (place + 1) & mask
        }
        return place
    }

    private func holds(_ key: ArraySlice<UInt8>, at offset: Int) -> Bool {
        let end = offset + key.count
        return end < keys.count && keys[end] == UInt8(ascii: "\n") && keys[offset..<end].elementsEqual(key)
    }

    private static func tableSize(for count: Int) -> Int {
        var size = 16
        while size < count * 2 { size *= 2 }
        return size
    }
}

/// FNV-1a with a final mix. The list is the operator's, and at most half of the table is taken: nobody outside can
/// make a look-up slow.
private func hash(_ key: ArraySlice<UInt8>) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for octet in key { hash = (hash ^ UInt64(octet)) &* 0x100_0000_01B3 }
    hash = (hash ^ hash >> 32) &* 0xD6E8_FEB8_6659_FD93
    return hash ^ hash >> 32
}

private func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
    guard let end = line.lastIndex(where: { !isBlank($0) }) else { return [] }
    return line[...end].drop(while: isBlank)
}

/// The comparison key of an address as text; the common ones, plain ASCII, are only put into lower case.
private func comparisonKey(of line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    let isPlain = line.allSatisfy {
        isAtomText($0) && $0 < 0x80 || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "@")
    }
    if isPlain, let at = line.firstIndex(of: UInt8(ascii: "@")) {
        guard at > line.startIndex, at + 1 < line.endIndex, !line[(at + 1)...].contains(UInt8(ascii: "@"))
        else {
            return nil
        }
        return line.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }[...]
    }
    guard let text = String(validating: line, as: UTF8.self), let address = EmailAddress(configured: text)
    else {
        return nil
    }
    return Array(address.comparisonKey.utf8)[...]
}

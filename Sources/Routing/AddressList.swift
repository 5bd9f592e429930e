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
        let lineCount = file.count { $0 == UInt8(ascii: "\n") } + 1
        places = [UInt32](repeating: 0, count: AddressList.tableSize(for: lineCount))
        keys.reserveCapacity(file.count + 1)
        var bad: [BadLine] = []
        var (start, number) = (file.startIndex, 1)
        while start < file.endIndex, bad.count < BadLines.most {
            let end = file[start...].firstIndex(of: UInt8(ascii: "\n")) ?? file.endIndex
            let line = trimmed(file[start..<end])
            if let first = line.first, first != UInt8(ascii: "#"), !insert(line) {
                bad.append(BadLine(line: number, text: String(decoding: line, as: UTF8.self)))
            }
            (start, number) = (end + 1, number + 1)
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
        return places[place(of: key[...], hash: hash(key[...]))] != 0
    }

    /// Adds the address in `line`; false when it is none.
    private mutating func insert(_ line: ArraySlice<UInt8>) -> Bool {
        let start = keys.count
        guard appendKey(of: line) else { return false }
        let hash = hash(keys[start...])
        let place = place(of: keys[start...], hash: hash)
        guard places[place] == 0 else {
            keys.removeLast(keys.count - start)
            return true
        }
        keys.append(UInt8(ascii: "\n"))
        places[place] = UInt32(start + 1)
        count += 1
        fingerprint &+= hash
        return true
    }

    /// Appends the comparison key of an address as text; the common ones, plain ASCII, are only put into lower case.
    private mutating func appendKey(of line: ArraySlice<UInt8>) -> Bool {
        if isPlain(line) {
            for octet in line { keys.append((0x41...0x5A).contains(octet) ? octet | 0x20 : octet) }
            return true
        }
        guard let text = String(validating: line, as: UTF8.self), let address = EmailAddress(configured: text)
        else {
            return false
        }
        keys += Array(address.comparisonKey.utf8)
        return true
    }

    /// Where `key` stands, or else the free place where it would.
    private func place(of key: ArraySlice<UInt8>, hash: UInt64) -> Int {
        let mask = places.count - 1
        var place = Int(truncatingIfNeeded: hash >> 16) & mask
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

/// FNV-1a with a final mix.
///
/// The list is the operator's, and at most half of the table is taken: nobody outside can
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

/// Whether `line` is `local@domain` of nothing but atoms and dots.
private func isPlain(_ line: ArraySlice<UInt8>) -> Bool {
    var (at, octets) = (0, 0)
    for octet in line {
        octets += 1
        if octet == UInt8(ascii: "@") {
            guard at == 0, octets > 1 else { return false }
            at = octets
        } else if !(isAtomText(octet) && octet < 0x80 || octet == UInt8(ascii: ".")) {
            return false
        }
    }
    return at > 0 && at < octets
}

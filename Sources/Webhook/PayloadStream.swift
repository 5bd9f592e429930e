import Synchronization

/// A content that is too long to stand in a payload's frame.
struct PayloadInsert: Sendable {
    /// Where in the frame it belongs.
    let offset: Int
    /// How many octets it becomes.
    let length: Int
    /// What it is, in the form in which it is sent.
    let content: any PayloadContent
}

/// A request body that is made while it is read: a frame in memory, and long contents that go into it.
///
/// ```
/// frame    {"type":…,"text":"│","attachments":[{…,"content":"│"}],…}
/// inserts                    └ text                          └ base64
/// ```
/// Every pass gives the same octets, and exactly `length` of them: a content that comes out longer or shorter than
/// it was measured is an error. One user at a time; the lock only keeps the compiler's promise.
package final class PayloadStream: Sendable {
    /// A good size for the buffer given to `next`.
    package static let windowSize = 64 << 10

    /// Octets of a whole pass.
    package let length: Int
    private let frame: [UInt8]
    private let inserts: [PayloadInsert]
    private let place: Mutex<Place>

    /// The stream of `frame` with `inserts`, which are in the order of their offsets.
    init(frame: [UInt8], inserts: [PayloadInsert]) {
        self.frame = frame
        self.inserts = inserts
        length = inserts.reduce(frame.count) { $0 + $1.length }
        place = Mutex(Place())
    }

    /// Starts again from the first octet.
    package func rewind() {
        place.withLock { $0 = Place() }
    }

    /// Fills `buffer` with what comes next and returns how many octets that were; 0 only at the end.
    ///
    /// Throws what reading the message throws, and `PayloadStreamError`.
    package func next(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        try place.withLock { place in
            var filled = 0
            while filled < buffer.count {
                let piece = try advance(&place, atMost: buffer.count - filled)
                guard !piece.isEmpty else { break }
                unsafe piece.withUnsafeBytes { octets in
                    unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]).copyMemory(from: octets)
                }
                filled += piece.count
            }
            return filled
        }
    }

    /// The next octets, at most `limit` of them; empty at the end.
    private func advance(_ place: inout Place, atMost limit: Int) throws -> ArraySlice<UInt8> {
        while true {
            let isLast = place.insert == inserts.count
            let end = isLast ? frame.count : inserts[place.insert].offset
            if place.frameOffset < end {
                let piece = frame[place.frameOffset..<min(end, place.frameOffset + limit)]
                place.frameOffset += piece.count
                return piece
            }
            guard !isLast else { return [] }
            if let piece = try place.contents.next(of: inserts[place.insert], atMost: limit) { return piece }
            place.insert += 1
        }
    }

    /// How far a pass has come.
    private struct Place {
        var frameOffset = 0
        var insert = 0
        var contents = InsertReader()
    }
}

/// Why a stream cannot go on.
package enum PayloadStreamError: Error, Equatable {
    /// A content became another number of octets than it was measured to be: the message changed under us.
    case lengthChanged(expected: Int, actual: Int)
}

/// Reads one insert after the other.
private struct InsertReader {
    private var reader: (any OctetPull)?
    private var piece: [UInt8] = []
    private var taken = 0
    private var given = 0

    /// The next octets of `insert`, at most `limit`; `nil` at its end.
    mutating func next(of insert: PayloadInsert, atMost limit: Int) throws -> ArraySlice<UInt8>? {
        if reader == nil { reader = try insert.content.open() }
        while taken == piece.count {
            piece.removeAll(keepingCapacity: true)
            taken = 0
            guard try reader?.next(into: &piece) ?? false else {
                try close(insert)
                return nil
            }
        }
        let slice = piece[taken..<min(piece.count, taken + limit)]
        taken += slice.count
        given += slice.count
        guard given <= insert.length else {
            throw PayloadStreamError.lengthChanged(expected: insert.length, actual: given)
        }
        return slice
    }

    private mutating func close(_ insert: PayloadInsert) throws {
        guard given == insert.length else {
            throw PayloadStreamError.lengthChanged(expected: insert.length, actual: given)
        }
        reader = nil
        given = 0
    }
}

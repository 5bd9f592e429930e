/// The name of a message in the spool: `msg_` and an upper-case ULID.
///
/// Key and id are one number. Of the ULID's 128 bits the first 48 are milliseconds since 1970 and the next 15 a
/// counter: together they are the spool's INTEGER key. The last 65 are the salt that the spool drew when it was
/// made, so that two spools never give the same id.
///
/// ```
/// bit 127          80 79       65 64                    0
///     milliseconds    counter     salt
/// ```
package struct MessageID: Hashable, Comparable, Sendable {
    /// Bits 127…64 of the ULID.
    package let high: UInt64
    /// Bits 63…0 of the ULID.
    package let low: UInt64

    /// The id whose ULID has these two halves.
    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The id of the message stored under `key` in the spool of `salt`.
    package init(key: Int64, salt: SpoolSalt) {
        high = UInt64(bitPattern: key) << 1 | (salt.high & 1)
        low = salt.low
    }

    /// The id that `parse` prints: 26 zeros.
    package static let zero = MessageID(high: 0, low: 0)

    /// The spool's INTEGER key; rising with time, never negative.
    package var key: Int64 { Int64(high >> 1) }

    /// The part of the id that is the spool's.
    package var salt: SpoolSalt { SpoolSalt(high: high & 1, low: low) }

    /// The 26 characters of the ULID, in Crockford's alphabet.
    package var ulid: String {
        var digits: [UInt8] = []
        appendULID(to: &digits)
        return String(decoding: digits, as: UTF8.self)
    }

    /// Adds `msg_01JD…` to `text`.
    package func append(to text: inout [UInt8]) {
        text.append(contentsOf: "msg_".utf8)
        appendULID(to: &text)
    }

    fileprivate func appendULID(to text: inout [UInt8]) {
        text.reserveCapacity(text.count + 26)
        let alphabet = Crockford.alphabet
        // 130 bits for 128: the first digit has the upper three.
        text.append(alphabet[Int(high >> 61)])
        for shift in stride(from: 56, through: 1, by: -5) { text.append(alphabet[Int(high >> shift & 31)]) }
        text.append(alphabet[Int((high & 1) << 4 | low >> 60)])
        for shift in stride(from: 55, through: 0, by: -5) { text.append(alphabet[Int(low >> shift & 31)]) }
    }

    /// Reads `msg_…` or the bare ULID, in either case; `nil` when it is neither.
    package init?(_ text: some StringProtocol) {
        let digits = text.hasPrefix("msg_") ? text.dropFirst(4)[...] : text[text.startIndex...]
        guard digits.utf8.count == 26 else { return nil }
        var (high, low): (UInt64, UInt64) = (0, 0)
        for (position, digit) in digits.utf8.enumerated() {
            guard let value = Crockford.value(of: digit), position > 0 || value < 8 else { return nil }
            high = high << 5 | low >> 59
            low = low << 5 | UInt64(value)
        }
        self.init(high: high, low: low)
    }

    package static func < (left: MessageID, right: MessageID) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}

extension MessageID: CustomStringConvertible {
    /// `msg_01JD…`.
    package var description: String {
        var text: [UInt8] = []
        append(to: &text)
        return String(decoding: text, as: UTF8.self)
    }
}

/// The 65 bits by which the ids of one spool differ from those of every other.
package struct SpoolSalt: Hashable, Sendable {
    /// The upper bit, 0 or 1.
    package let high: UInt64
    /// The lower 64 bits.
    package let low: UInt64

    /// The salt of these bits; of `high` only the lowest counts.
    package init(high: UInt64, low: UInt64) {
        self.high = high & 1
        self.low = low
    }
}

/// The name of a delivery, which is also its webhook id: `dlv_`, the message's ULID, `_` and a number from 1.
package struct DeliveryID: Hashable, Comparable, Sendable {
    /// The message that is delivered.
    package let message: MessageID
    /// Which of the message's deliveries; from 1.
    package let number: Int

    /// Delivery `number` of `message`.
    package init(message: MessageID, number: Int) {
        self.message = message
        self.number = number
    }

    /// Reads `dlv_…_n`; `nil` when it is something else.
    package init?(_ text: some StringProtocol) {
        guard text.hasPrefix("dlv_"), let underscore = text.lastIndex(of: "_") else { return nil }
        let start = text.index(text.startIndex, offsetBy: 4)
        guard start <= underscore, let message = MessageID(text[start..<underscore]),
            let number = Int(text[text.index(after: underscore)...]), number > 0
        else { return nil }
        self.init(message: message, number: number)
    }

    package static func < (left: DeliveryID, right: DeliveryID) -> Bool {
        (left.message, left.number) < (right.message, right.number)
    }
}

extension DeliveryID: CustomStringConvertible {
    /// `dlv_01JD…_1`.
    package var description: String {
        var text = Array("dlv_".utf8)
        message.appendULID(to: &text)
        text.append(contentsOf: "_\(number)".utf8)
        return String(decoding: text, as: UTF8.self)
    }
}

private enum Crockford {
    static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    static func value(of digit: UInt8) -> UInt8? {
        let upper = digit >= 0x61 && digit <= 0x7A ? digit - 0x20 : digit
        return alphabet.firstIndex(of: upper).map(UInt8.init)
    }
}

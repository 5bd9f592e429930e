internal import Glibc

/// The first index of `octet` in `octets` from `start` on, or `nil`.
///
/// `memchr` looks at many octets at a time; line ends are looked for in every octet of every message.
func firstIndex(of octet: UInt8, in octets: Span<UInt8>, from start: Int = 0) -> Int? {
    guard start < octets.count else { return nil }
    // Safe: the pointer is used only inside the closure, for the octets from `start` to the end of the
    // buffer.
    return unsafe octets.withUnsafeBufferPointer { buffer -> Int? in
        guard let base = buffer.baseAddress,
            let hit = unsafe memchr(base + start, Int32(octet), buffer.count - start)
        else { return nil }
        return unsafe UnsafeRawPointer(hit) - UnsafeRawPointer(base)
    }
}

/// Appends `octets` to `output` in one copy.
func append(_ octets: Span<UInt8>, to output: inout [UInt8]) {
    // Safe: the buffer is read only inside the closure, and copied.
    unsafe octets.withUnsafeBufferPointer { buffer in unsafe output.append(contentsOf: buffer) }
}

/// Appends `octets` to `output`, which has room for them, in one copy.
func append(_ octets: Span<UInt8>, to output: inout OutputSpan<UInt8>) {
    precondition(octets.count <= output.freeCapacity, "the caller reserves room for what it appends")
    // Safe: there is room, as checked, and the source is read only inside the closure.
    unsafe output.withUnsafeMutableBufferPointer { buffer, count in
        unsafe octets.withUnsafeBufferPointer { source in
            guard let from = source.baseAddress, let to = buffer.baseAddress else { return }
            unsafe (to + count).initialize(from: from, count: source.count)
        }
        count += octets.count
    }
}

/// Space or tab.
func isBlank(_ octet: UInt8) -> Bool {
    octet == 0x20 || octet == 0x09
}

/// `octet` with A–Z in lower case.
func lowercased(_ octet: UInt8) -> UInt8 {
    octet >= 0x41 && octet <= 0x5A ? octet | 0x20 : octet
}

/// The value of a hexadecimal digit of either case, or `nil`.
func hexValue(_ octet: UInt8) -> UInt8? {
    switch octet {
    case 0x30...0x39: octet - 0x30
    case 0x41...0x46: octet - 0x41 + 10
    case 0x61...0x66: octet - 0x61 + 10
    default: nil
    }
}

extension Span where Element == UInt8 {
    /// Whether the octets are those of `text`, without regard to the case of ASCII letters in them; `text` is
    /// in lower case.
    func equalsIgnoringCase(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        return startsIgnoringCase(with: text)
    }

    /// Whether the octets begin with `text`, without regard to the case of ASCII letters in them; `text` is
    /// in lower case.
    func startsIgnoringCase(with text: StaticString) -> Bool {
        let length = text.utf8CodeUnitCount
        guard count >= length else { return false }
        // Safe: a static string's octets live as long as the program, and `length` is their number.
        let expected = unsafe UnsafeBufferPointer(start: text.utf8Start, count: length)
        for index in 0..<length where unsafe lowercased(self[index]) != expected[index] {
            return false
        }
        return true
    }

    /// Whether the octets are those of `other`.
    func equals(_ other: [UInt8]) -> Bool {
        guard count == other.count else { return false }
        // Safe: both buffers live as long as the closures, and `count` octets lie in each.
        return unsafe withUnsafeBytes { mine in
            unsafe other.withUnsafeBytes { theirs in
                guard let left = mine.baseAddress, let right = theirs.baseAddress else { return true }
                return unsafe memcmp(left, right, mine.count) == 0
            }
        }
    }

    /// A copy of the octets.
    var copied: [UInt8] {
        var copy: [UInt8] = []
        append(self, to: &copy)
        return copy
    }

    /// The octets as text; what is not UTF-8 becomes U+FFFD.
    var text: String {
        // Safe: the buffer is copied before the closure ends.
        unsafe withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }
}

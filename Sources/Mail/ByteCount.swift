/// An amount of octets.
///
/// A type, so that no number of another unit is taken for one.
package struct ByteCount: Hashable, Comparable, Sendable, Codable {
    /// The octets; never negative.
    package let bytes: Int

    /// `bytes` octets; a negative number becomes zero.
    package init(_ bytes: Int) {
        self.bytes = max(0, bytes)
    }

    /// `count` KiB.
    package static func kibibytes(_ count: Int) -> ByteCount { ByteCount(count << 10) }

    /// `count` MiB.
    package static func mebibytes(_ count: Int) -> ByteCount { ByteCount(count << 20) }

    package static func < (left: ByteCount, right: ByteCount) -> Bool { left.bytes < right.bytes }

    package init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(Int.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(bytes)
    }
}

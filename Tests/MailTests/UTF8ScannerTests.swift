import Mail
import Testing

@Suite struct UTF8ScannerTests {
    /// Texts whose octets are changed at random: ASCII, all lengths of characters, and the edges of UTF-8's table.
    static let seeds = [
        Array("plain text of more than eight octets".utf8), Array("é€😀 mixed with ASCII — and again é".utf8),
        [
            0xED, 0x9F, 0xBF, 0xEE, 0x80, 0x80, 0xF0, 0x90, 0x80, 0x80, 0xF4, 0x8F, 0xBF, 0xBF, 0xC2, 0x80,
            0xE0, 0xA0,
        ],
    ]

    @Test(arguments: 0..<200) func `whole characters end where the standard library finds the first error`(
        seed: UInt64
    ) {
        var random = Noise(state: seed)
        for octets in Self.seeds {
            var octets = octets
            for _ in 0..<random.next() % 4 {
                octets[Int(random.next() % UInt64(octets.count))] = UInt8(truncatingIfNeeded: random.next())
            }
            octets.removeLast(Int(random.next() % 4))
            #expect(UTF8Scanner.endOfValidRun(octets.span) == validCount(octets), "\(octets)")
        }
    }

    private func validCount(_ octets: [UInt8]) -> Int {
        do throws(Unicode.UTF8.ValidationError) {
            _ = try UTF8Span(validating: octets.span)
            return octets.count
        } catch {
            return error.byteOffsets.lowerBound
        }
    }
}

/// The generator of a test case: the same numbers for the same seed.
private struct Noise {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state >> 33
    }
}

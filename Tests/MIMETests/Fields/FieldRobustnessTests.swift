import Glibc
import MIME
import Testing

@Suite struct FieldRobustnessTests {
    @Test(arguments: FieldSamples.broken) func `every prefix of a broken field has a result`(field: String) {
        let octets = Array(field.utf8)
        for length in 0...octets.count {
            #expect(!FieldSamples.parseAll(Array(octets.prefix(length))).isEmpty)
        }
    }

    @Test(arguments: FieldSamples.broken) func `every single octet may be replaced`(field: String) {
        let octets = Array(field.utf8)
        for index in octets.indices {
            for replacement: UInt8 in [0x00, 0x0A, 0x22, 0x28, 0x3C, 0x3F, 0x5C, 0xFF] {
                var changed = octets
                changed[index] = replacement
                #expect(!FieldSamples.parseAll(changed).isEmpty)
            }
        }
    }

    @Test(arguments: 0..<200 as Range<UInt64>) func `noise is read the same way twice`(seed: UInt64) {
        let octets = FieldSamples.noise(seed: seed, count: 300)
        #expect(FieldSamples.parseAll(octets) == FieldSamples.parseAll(octets))
    }

    @Test(arguments: 0..<200 as Range<UInt64>) func `no address is made of what does not stand there`(
        seed: UInt64
    ) {
        let octets = FieldSamples.noise(seed: seed, count: 200).filter { $0 < 0x80 }
        var defects = DefectLog()
        for mailbox in AddressList(parsing: octets.span, in: FieldContext(), defects: &defects).mailboxes {
            var rest = octets[...]
            for octet in (mailbox.address ?? "").utf8 where octet != 0x20 {
                guard let place = rest.firstIndex(of: octet) else {
                    Issue.record("\(mailbox) is not in \(String(decoding: octets, as: UTF8.self))")
                    return
                }
                rest = rest[(place + 1)...]
            }
        }
    }

    /// What makes a parser quadratic when it looks ahead again and again.
    static let hostile = [
        "(", "\"", "\\\"", "<", "<a@", "=?a?q?", " =?a?q?", "=?a?b?x ", "a:", "a@b ", "a b ", ", ", "; a=\"",
        "; a*0=x",
        ";a=b c (d", "(\"<", "=?", "'", "%41", "\r\n ", "12:", "+1 ",
    ]

    @Test(arguments: hostile) func `time is linear in the size of a field`(piece: String) {
        let small = 2000 / piece.utf8.count
        // Eight times the size takes eight times as long; a quadratic parser takes sixty-four times.
        #expect(nanoseconds(8 * small, piece) < 28 * max(nanoseconds(small, piece), 200_000))
    }

    /// The processor time that this thread spends on a field of so many pieces: the least of three.
    private func nanoseconds(_ pieces: Int, _ piece: String) -> Int {
        let octets = Array(String(repeating: piece, count: pieces).utf8)
        let times = (0..<3).map { _ in
            let start = processorTime()
            _ = FieldSamples.parseAll(octets).utf8.count
            return processorTime() - start
        }
        return times.min() ?? 0
    }

    private func processorTime() -> Int {
        var time = timespec()
        // Safe: the call fills the structure it is given.
        _ = unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }
}

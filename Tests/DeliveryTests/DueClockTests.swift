import Delivery
import Mail
import Testing

@Suite struct DueClockTests {
    @Test func `it never runs back, follows small steps, and jumps only with the spool`() {
        let start = ContinuousClock.now
        var clock = DueClock(wall: Timestamp(milliseconds: 1_000_000), instant: start)
        for (wall, seconds, jump, expected) in [
            (1_005_000, 5, 0, 1_005_000), (1_011_500, 10, 0, 1_011_500), (1_014_000, 15, 0, 1_016_500),
            (0, 20, 0, 1_021_500), (1_000, 21, -1_021_500, 1_000), (9_000_000, 22, 0, 2_000),
            (9_001_000, 23, 8_998_000, 9_001_000),
        ] as [(Int64, Int, Int64, Int64)] {
            clock.follow(.milliseconds(jump))
            let now = clock.now(wall: Timestamp(milliseconds: wall), instant: start + .seconds(seconds))
            #expect(now == Timestamp(milliseconds: expected))
        }
    }
}

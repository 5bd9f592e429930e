import Delivery
import Mail
import Testing

@Suite struct DueClockTests {
    @Test func `a clock set back does not make anything due later, a clock set forward is followed`() {
        let start = ContinuousClock.now
        var clock = DueClock(wall: Timestamp(milliseconds: 1_000_000), instant: start)
        let at = { (wall: Int64, seconds: Int) in (Timestamp(milliseconds: wall), start + .seconds(seconds)) }
        for (wall, seconds, expected) in [
            (1_005_000, 5, 1_005_000), (0, 10, 1_010_000), (4_000, 15, 1_015_000), (9_000_000, 16, 9_000_000),
            (8_000_000, 17, 9_001_000),
        ] as [(Int64, Int, Int64)] {
            let (wall, instant) = at(wall, seconds)
            #expect(clock.now(wall: wall, instant: instant) == Timestamp(milliseconds: expected))
        }
    }
}

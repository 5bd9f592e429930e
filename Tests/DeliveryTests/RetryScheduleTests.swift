import Delivery
import Testing

@Suite struct RetryScheduleTests {
    private let schedule = RetrySchedule(
        intervals: [.seconds(5), .seconds(30), .seconds(120)], giveUpAfter: .seconds(3600))

    @Test(arguments: [
        (1, 0, 0.0, 5_000), (2, 10, 0.0, 30_000), (3, 50, 0.0, 120_000), (4, 200, 0.0, 120_000),
        (40, 3000, 0.0, 120_000), (1, 0, 1.0, 6_000), (1, 0, -1.0, 4_000), (2, 0, 0.5, 33_000),
        // The last attempt is made when the time is up.
        (9, 3590, 0.0, 10_000),
    ])
    func `the next wait`(spent: Int, age: Int, chance: Double, milliseconds: Int) throws {
        let wait = try #require(schedule.wait(afterAttempts: spent, age: .seconds(age), chance: chance))
        #expect(
            abs(
                wait.components.attoseconds / 1_000_000_000_000_000 + wait.components.seconds * 1000
                    - Int64(milliseconds)) <= 1)
    }

    @Test(arguments: [3600, 3601, 100_000])
    func `when the time is up it gives up`(age: Int) {
        #expect(schedule.wait(afterAttempts: 4, age: .seconds(age), chance: 0) == nil)
    }

    @Test func `a schedule without waits still waits`() {
        let empty = RetrySchedule(intervals: [], giveUpAfter: .seconds(10))
        #expect(empty.wait(afterAttempts: 1, age: .zero, chance: 0) == .seconds(1))
    }

    @Test func `the standard schedule is patient for five days`() {
        var (age, attempts) = (Duration.zero, 1)
        while let wait = RetrySchedule.standard.wait(afterAttempts: attempts, age: age, chance: 0) {
            age += wait
            attempts += 1
        }
        #expect(age == .seconds(5 * 86_400))
        #expect((17...22).contains(attempts))
    }
}

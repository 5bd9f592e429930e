import Delivery
import Testing

@Suite struct EndpointGovernorTests {
    private let start = ContinuousClock.now

    private func governor(
        concurrency: Int = 8, rate: RateLimiter.Rate? = nil,
        pauses: [Duration] = [.seconds(5), .seconds(30), .seconds(120)]
    ) -> EndpointGovernor {
        EndpointGovernor(.init(concurrency: concurrency, rate: rate, pauses: pauses))
    }

    @Test func `concurrency begins small, grows by one a success, and stops at the maximum`() {
        var governor = governor(concurrency: 6)
        #expect(governor.limit == 4)
        for expected in [5, 6, 6] {
            #expect(governor.begin(now: start) == true)
            #expect(governor.ended(.success, now: start) == nil)
            #expect(governor.limit == expected)
        }
        for _ in 0..<6 { #expect(governor.begin(now: start) == true) }
        #expect(governor.begin(now: start) == false)
        #expect(governor.opens(now: start) == nil)
    }

    @Test func `overload halves it once for all that were under way`() {
        var governor = governor()
        for _ in 0..<4 { #expect(governor.begin(now: start) == true) }
        for _ in 0..<4 { _ = governor.ended(.overload, now: start) }
        #expect(governor.limit == 2)
        for _ in 0..<2 { #expect(governor.begin(now: start) == true) }
        for _ in 0..<2 { _ = governor.ended(.overload, now: start) }
        #expect(governor.limit == 1)
    }

    @Test func `an endpoint in order has one in flight`() {
        var governor = governor(concurrency: 1)
        #expect(governor.begin(now: start) == true)
        #expect(governor.begin(now: start) == false)
        _ = governor.ended(.success, now: start)
        #expect(governor.limit == 1)
    }

    @Test func `a dead endpoint is probed one by one, at the pace of its schedule but at least each minute`()
    {
        var governor = governor()
        var changes: [EndpointGovernor.Change] = []
        for _ in 0..<CircuitBreaker.leastAnswers {
            #expect(governor.begin(now: start) == true)
            if let change = governor.ended(.failure, now: start) { changes.append(change) }
        }
        #expect(changes == [.opened])
        var now = start
        for pause in [5, 30, 60, 60] {
            #expect(governor.begin(now: now + .seconds(pause) - .milliseconds(1)) == false)
            #expect(governor.opens(now: now) == now + .seconds(pause))
            now += .seconds(pause)
            #expect(governor.room(now: now) == 1)
            #expect(governor.begin(now: now) == true)
            #expect(governor.begin(now: now) == false)
            #expect(governor.ended(.failure, now: now) == nil)
        }
    }

    @Test func `after a probe that succeeds it starts slowly`() {
        var governor = governor()
        for _ in 0..<CircuitBreaker.leastAnswers {
            _ = governor.begin(now: start)
            _ = governor.ended(.failure, now: start)
        }
        let later = start + .seconds(5)
        #expect(governor.begin(now: later) == true)
        #expect(governor.ended(.success, now: later) == .recovered)
        #expect(governor.limit == 2)
        for _ in 0..<2 { #expect(governor.begin(now: later) == true) }
        for _ in 0..<2 { _ = governor.ended(.success, now: later) }
        #expect(governor.limit == 4)
    }

    @Test func `few failures, or old ones, do not open the circuit`() {
        var governor = governor()
        for number in 0..<60 {
            let now = start + .seconds(40 * number)
            #expect(governor.begin(now: now) == true)
            #expect(governor.ended(number % 8 == 0 ? .success : .failure, now: now) == nil)
        }
    }

    @Test func `half of the answers being bad does not open the circuit`() {
        var governor = governor()
        for number in 0..<100 {
            #expect(governor.begin(now: start) == true)
            #expect(governor.ended(number % 2 == 0 ? .success : .failure, now: start) == nil)
        }
    }

    @Test func `a probe without verdict is followed by another`() {
        var governor = governor()
        for _ in 0..<CircuitBreaker.leastAnswers {
            _ = governor.begin(now: start)
            _ = governor.ended(.failure, now: start)
        }
        let later = start + .seconds(5)
        #expect(governor.begin(now: later) == true)
        #expect(governor.ended(.none, now: later) == nil)
        #expect(governor.begin(now: later) == true)
    }

    @Test func `a pause that was asked for is kept, and the longest one counts`() {
        var governor = governor()
        for _ in 0..<3 { #expect(governor.begin(now: start) == true) }
        #expect(governor.ended(.pause(.seconds(60)), now: start) == .paused(.seconds(60)))
        #expect(governor.ended(.pause(.seconds(10)), now: start) == .paused(.seconds(60)))
        #expect(governor.begin(now: start + .seconds(59)) == false)
        #expect(governor.begin(now: start + .seconds(60)) == true)
    }

    @Test func `a 429 without a time waits 30 s, doubling to 10 min, and a success begins anew`() {
        var (governor, now) = (governor(), start)
        for seconds in [30, 60, 120, 240, 480, 600, 600] {
            #expect(governor.begin(now: now) == true)
            #expect(governor.ended(.pause(nil), now: now) == .paused(.seconds(seconds)))
            now += .seconds(seconds)
        }
        #expect(governor.begin(now: now) == true)
        _ = governor.ended(.success, now: now)
        #expect(governor.begin(now: now) == true)
        #expect(governor.ended(.pause(nil), now: now) == .paused(.seconds(30)))
    }

    @Test func `answers to requests under way together double the pause once`() {
        var governor = governor()
        for _ in 0..<4 { #expect(governor.begin(now: start) == true) }
        for _ in 0..<4 { #expect(governor.ended(.pause(nil), now: start) == .paused(.seconds(30))) }
    }

    @Test func `a rate is kept over time, with a small burst`() {
        var governor = governor(concurrency: 1000, rate: .init(count: 50, period: .seconds(1)))
        var started = 0
        for millisecond in 0..<2000 {
            let now = start + .milliseconds(millisecond)
            while governor.begin(now: now) {
                started += 1
                _ = governor.ended(.success, now: now)
            }
        }
        #expect((100...106).contains(started))
    }

    @Test func `a rate says when it opens`() throws {
        var governor = governor(rate: .init(count: 1, period: .seconds(10)))
        #expect(governor.begin(now: start) == true)
        _ = governor.ended(.success, now: start)
        #expect(governor.room(now: start) == 0)
        #expect(governor.opens(now: start) == start + .seconds(10))
    }

    @Test func `a resumed endpoint is thought well of`() {
        var governor = governor()
        for _ in 0..<CircuitBreaker.leastAnswers {
            _ = governor.begin(now: start)
            _ = governor.ended(.failure, now: start)
        }
        governor.reset()
        #expect(governor.begin(now: start) == true)
    }
}

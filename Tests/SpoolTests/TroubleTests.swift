import Mail
import Spool
import Testing

/// What an operator reads while the disk fails: when it began, how much, when it was over.
@Suite struct TroubleTests {
    private let clock = TestClock(1_795_464_845_000)
    private let recorder = LineRecorder()

    private var fixture: SpoolFixture {
        var fixture = SpoolFixture()
        fixture.options.follow(clock)
        fixture.logger = recorder.logger
        return fixture
    }

    private func pass(_ duration: Duration) {
        clock.set(clock.now.milliseconds + duration.components.seconds * 1000)
    }

    /// Before, a refused message was a line of its own: a full disk filled the log too.
    @Test func `five hundred refused messages are three lines`() async throws {
        let fixture = fixture
        let faults = CallCounter(failing: 0, persists: true)
        let disk = FaultyDisk(under: fixture.folder.path) {
            if case .sqlite(.write, _) = $0 { faults.next() } else { false }
        }
        try await fixture.withSpool { spool in
            faults.arm()
            for number in 0..<250 {
                let result = await Acceptor().accept(
                    Letter(size: 4000, seed: number).message(for: spool), into: spool)
                #expect(result.failure?.isOutOfSpace == true)
            }
            pass(FailureSpell.interval)
            await recorder.wait(for: 2)
            for number in 0..<250 {
                _ = await Acceptor().accept(Letter(size: 4000, seed: number).message(for: spool), into: spool)
            }
            disk.mend()
            try await Acceptor().store(in: spool)
            pass(FailureSpell.calm)
            await recorder.wait(for: 3)
        }
        #expect(
            recorder.lines == [
                "error the spool could not commit", "error the spool still cannot commit failures=250",
                "notice the spool commits again failures=500",
            ])
    }

    @Test func `a message whose file found no place counts, and a commit without it is no recovery`()
        async throws
    {
        var fixture = fixture
        let faults = CallCounter(failing: 0, persists: true)
        let disk = FaultyDisk(under: fixture.folder.path) {
            if case .body = $0 { faults.next() } else { false }
        }
        fixture.options.files = FaultyFiles(disk)
        try await fixture.withSpool { spool in
            faults.arm()
            for _ in 0..<20 {
                let result = await Acceptor().accept(Letter(size: 200_000).message(for: spool), into: spool)
                #expect(result.failure != nil)
            }
            pass(FailureSpell.interval)
            await recorder.wait(for: 2)
            disk.mend()
        }
        #expect(
            recorder.lines == [
                "error the spool could not commit", "error the spool still cannot commit failures=20",
            ])
    }

    /// Before, it was told at `debug` only, while the log grew without end.
    @Test func `checkpoints that fail are told once, and once when they work again`() async throws {
        let fixture = fixture
        let faults = CallCounter(failing: 0, persists: true)
        let disk = FaultyDisk(under: fixture.folder.path) {
            guard case .sqlite(.write, let path) = $0, path.hasSuffix("spool.sqlite") else { return false }
            return faults.next()
        }
        try await fixture.withSpool { spool in
            faults.arm()
            for number in 0..<400 {
                try await Acceptor().store(Letter(size: 9_000, seed: number), in: spool)
            }
            await recorder.wait(for: 1)
            pass(FailureSpell.interval)
            disk.mend()
            try await Acceptor().store(in: spool)
            await recorder.wait(for: 2)
        }
        try #require(recorder.lines.count == 2)
        #expect(
            recorder.lines[0] == "warning the spool's log cannot be copied into the database, it grows")
        #expect(
            recorder.lines[1].hasPrefix("notice the spool's log is copied into the database again failures="))
    }
}

@Suite struct FailureSpellTests {
    private enum Event { case fails, works, look }

    /// What is said of `events`, each at its second, and when.
    private func said(_ events: [(Int, Event)]) -> [String] {
        var spell = FailureSpell()
        return events.compactMap { second, event in
            switch event {
            case .fails: return spell.failed(.diskFull, at: .seconds(second)) ? "\(second) first" : nil
            case .works:
                spell.worked()
                return nil
            case .look:
                switch spell.look(at: .seconds(second)) {
                case .lasts(let failures, let reason):
                    #expect(reason == .diskFull)
                    return "\(second) lasts \(failures)"
                case .over(let failures): return "\(second) over \(failures)"
                case nil: return nil
                }
            }
        }
    }

    @Test func `the first failure is said, then a count a minute, then the recovery`() {
        let lines = said([
            (0, .works), (0, .look), (10, .fails), (11, .fails), (69, .look), (70, .look),
            (200, .look), (201, .fails), (201, .look), (202, .works), (205, .look), (206, .look),
            (900, .look), (901, .fails),
        ])
        #expect(lines == ["10 first", "70 lasts 2", "201 lasts 3", "206 over 3", "901 first"])
    }

    @Test func `what works and fails in turn is one failure`() {
        let events = (0..<180).flatMap { second -> [(Int, Event)] in
            [(second, second.isMultiple(of: 2) ? .fails : .works), (second, .look)]
        }
        #expect(
            said(events + [(190, .look)]) == ["0 first", "60 lasts 31", "120 lasts 61", "190 over 90"])
    }
}

import Foundation
import Settings
import Testing

@Suite struct FixtureTests {
    @Test(arguments: Fixture.all) func `a configuration comes out as its file says`(fixture: Fixture) throws {
        let outcome = fixture.outcome
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] != nil {
            try fixture.update(outcome)
        } else {
            #expect(outcome == fixture.expected)
        }
    }

    @Test func `there are fixtures`() {
        #expect(Fixture.all.count > 20)
    }
}

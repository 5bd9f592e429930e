import HTTPTransfer
import Testing

@Suite struct NameLookupsTests {
    private let start = ContinuousClock.now

    @Test func `one lookup a name at a time, the others wait and then know it`() {
        var lookups = NameLookups(limit: 8)
        #expect(lookups.admit("a", now: start) == .lookup)
        #expect(lookups.admit("a", now: start) == .wait)
        lookups.ended("a", .resolved, now: start)
        #expect(lookups.admit("a", now: start) == .known)
        #expect(lookups.admit("a", now: start + NameLookups.memory) == .lookup)
    }

    @Test(arguments: [
        (NameLookups.Ending.hung, NameLookups.Admission.refused, NameLookups.quarantine),
        (.failed, .lookup, .zero),
    ])
    func `a name that hung is refused for a while, one without an address is looked up anew`(
        ending: NameLookups.Ending, next: NameLookups.Admission, rest: Duration
    ) {
        var lookups = NameLookups(limit: 8)
        #expect(lookups.admit("a", now: start) == .lookup)
        lookups.ended("a", ending, now: start)
        var later = lookups
        #expect(lookups.admit("a", now: start) == next)
        #expect(lookups.admit("b", now: start) == .lookup)
        #expect(later.admit("a", now: start + rest) == .lookup)
    }

    @Test func `no more names than the limit are looked up at once`() {
        var lookups = NameLookups(limit: 2)
        #expect(lookups.admit("a", now: start) == .lookup)
        #expect(lookups.admit("b", now: start) == .lookup)
        #expect(lookups.admit("c", now: start) == .wait)
        lookups.ended("a", .hung, now: start)
        #expect(lookups.admit("c", now: start) == .lookup)
    }

    @Test func `the memory of names has a limit`() {
        var lookups = NameLookups(limit: 8)
        for number in 0...NameLookups.remembered {
            #expect(lookups.admit("\(number)", now: start) == .lookup)
            lookups.ended("\(number)", .resolved, now: start)
        }
        #expect(lookups.admit("0", now: start) == .lookup)
    }
}

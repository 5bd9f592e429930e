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

    @Test func `a name that hung is refused for a while`() {
        var lookups = NameLookups(limit: 8)
        #expect(lookups.admit("a", now: start) == .lookup)
        lookups.ended("a", .hung, now: start)
        #expect(lookups.admit("a", now: start) == .refused)
        #expect(lookups.admit("b", now: start) == .lookup)
        #expect(lookups.admit("a", now: start + NameLookups.quarantine) == .lookup)
    }

    @Test func `a name without an address is looked up anew`() {
        var lookups = NameLookups(limit: 8)
        #expect(lookups.admit("a", now: start) == .lookup)
        lookups.ended("a", .failed, now: start)
        #expect(lookups.admit("a", now: start) == .lookup)
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

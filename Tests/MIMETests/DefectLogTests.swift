import MIME
import Testing

@Suite struct DefectLogTests {
    @Test func `the same defect of one part is one entry with a count`() {
        var log = DefectLog()
        log.base = 100
        log.report(.charsetReplaced, at: 4)
        log.report(.charsetReplaced, at: 9, count: 2)
        #expect(log.entries.count == 1)
        #expect(log.entries.first?.offset == 104)
        #expect(log.entries.first?.count == 3)
    }

    @Test func `entries past the limit are only counted`() {
        var log = DefectLog(limit: 2)
        for part in 0..<5 {
            log.part = part
            log.report(.emptyDelimiter)
        }
        #expect(log.entries.count == 2)
        #expect(log.overflow == 3)
    }
}

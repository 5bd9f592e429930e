import Delivery
import Testing

@Suite struct `What waits in line` {
    @Test func `goes in the order in which it came, however the two are mixed`() {
        var line = FIFO<Int>()
        var (came, went) = (0, 0)
        for round in 0..<50 {
            for _ in 0..<(round % 7) {
                line.append(came)
                came += 1
            }
            for _ in 0..<(round % 5) {
                guard let next = line.popFirst() else { break }
                #expect(next == went)
                went += 1
            }
            #expect(line.count == came - went)
        }
        #expect(line.removeAll() == Array(went..<came))
        #expect(line.isEmpty)
        #expect(line.popFirst() == nil)
    }
}

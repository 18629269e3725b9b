import Measurement
import Testing

@testable import LinkRelay

@Suite("One deadline per connection")
struct DeadlineTableTests {
    @Test("after any changes, deadlines are removed in order", arguments: 1...20 as ClosedRange<UInt64>)
    func order(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var table = DeadlineTable()
        var expected: [Int: Int64] = [:]
        for _ in 0..<500 {
            let slot = Int(random.uniform(below: 40))
            let time = Int64(random.uniform(below: 100))
            if random.uniform(below: 4) == 0 {
                table.set(slot, to: nil)
                expected[slot] = nil
            } else {
                table.set(slot, to: MonotonicInstant(nanoseconds: time))
                expected[slot] = time
            }
            #expect(table.first?.nanoseconds == expected.values.min())
        }
        var removed: [Int64] = []
        while let slot = table.removeFirst(dueAt: MonotonicInstant(nanoseconds: 100)) {
            removed.append(expected.removeValue(forKey: slot) ?? -1)
        }
        #expect(removed == removed.sorted())
        #expect(expected.isEmpty)
        #expect(table.first == nil)
    }

    @Test("a deadline stays until it has passed")
    func due() {
        var table = DeadlineTable()
        table.set(7, to: MonotonicInstant(nanoseconds: 10))
        #expect(table.removeFirst(dueAt: MonotonicInstant(nanoseconds: 9)) == nil)
        #expect(table.removeFirst(dueAt: MonotonicInstant(nanoseconds: 10)) == 7)
        #expect(table.removeFirst(dueAt: MonotonicInstant(nanoseconds: 10)) == nil)
    }
}

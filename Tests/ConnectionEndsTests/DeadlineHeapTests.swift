import Measurement
import Testing

@testable import ConnectionEnds

@Suite("Deadlines of many clients")
struct DeadlineHeapTests {
    @Test(
        "entries are removed in sorted order", arguments: [0, 1, 2, 3, 7, 8, 100, 1_000],
        [1, 2] as [UInt64])
    func order(count: Int, seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let deadlines = (0..<count).map { _ in Int64(random.uniform(below: 50)) }
        var heap = DeadlineHeap()
        for (client, deadline) in deadlines.enumerated() { heap.insert(client, at: at(deadline)) }
        var taken: [Int64] = []
        var clients: Set<Int> = []
        while let entry = heap.removeFirst(dueAt: at(.max)) {
            taken.append(entry.deadline.nanoseconds)
            clients.insert(entry.index)
            #expect(deadlines[entry.index] == entry.deadline.nanoseconds)
        }
        #expect(taken == deadlines.sorted())
        #expect(clients.count == count)
        #expect(heap.first == nil)
    }

    @Test("no entry is removed before its deadline")
    func notBefore() {
        var heap = DeadlineHeap()
        heap.insert(1, at: at(30))
        heap.insert(2, at: at(20))
        #expect(heap.removeFirst(dueAt: at(19)) == nil)
        #expect(heap.first?.index == 2)
        #expect(heap.removeFirst(dueAt: at(20))?.index == 2)
        #expect(heap.removeFirst(dueAt: at(29)) == nil)
        #expect(heap.removeFirst(dueAt: at(30))?.index == 1)
    }

    @Test("insertions and removals can be mixed", arguments: [3, 4, 5] as [UInt64])
    func mixed(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var heap = DeadlineHeap()
        var model: [Int64] = []
        for step in 0..<2_000 {
            if random.uniform(below: 3) > 0 {
                let deadline = Int64(random.uniform(below: 1_000))
                heap.insert(step, at: at(deadline))
                model.append(deadline)
            } else {
                let now = Int64(random.uniform(below: 1_000))
                let expected = model.min().flatMap { $0 <= now ? $0 : nil }
                #expect(heap.removeFirst(dueAt: at(now))?.deadline.nanoseconds == expected)
                if let expected, let index = model.firstIndex(of: expected) { model.remove(at: index) }
            }
        }
    }

    private func at(_ nanoseconds: Int64) -> MonotonicInstant { MonotonicInstant(nanoseconds: nanoseconds) }
}

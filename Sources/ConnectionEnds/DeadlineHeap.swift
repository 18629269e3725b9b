import Measurement

/// Deadlines of clients or handles, by index: a binary heap, earliest first.
package struct DeadlineHeap {
    package struct Entry {
        package let deadline: MonotonicInstant
        package let index: Int
    }

    private var entries: [Entry] = []

    package init() {}

    package var first: Entry? { entries.first }

    package mutating func insert(_ index: Int, at deadline: MonotonicInstant) {
        entries.append(Entry(deadline: deadline, index: index))
        var child = entries.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            if entries[parent].deadline <= entries[child].deadline { break }
            entries.swapAt(parent, child)
            child = parent
        }
    }

    /// Removes and returns the earliest entry if its deadline has passed.
    package mutating func removeFirst(dueAt now: MonotonicInstant) -> Entry? {
        guard let first = entries.first, first.deadline <= now else { return nil }
        let last = entries.removeLast()
        if !entries.isEmpty {
            entries[0] = last
            sink()
        }
        return first
    }

    private mutating func sink() {
        var parent = 0
        while true {
            var smallest = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < entries.count {
                if entries[child].deadline < entries[smallest].deadline { smallest = child }
            }
            if smallest == parent { return }
            entries.swapAt(parent, smallest)
            parent = smallest
        }
    }
}

import Measurement

/// One deadline per connection, by its slot: a binary heap that changes an entry in place.
struct DeadlineTable {
    private var slots: [Int] = []
    /// By slot: the deadline, and the place in the heap, or -1 without one.
    private var entries: [(deadline: MonotonicInstant, place: Int)] = []

    /// The earliest deadline.
    var first: MonotonicInstant? { slots.first.map { entries[$0].deadline } }

    /// Sets, moves or removes the deadline of a slot.
    mutating func set(_ slot: Int, to deadline: MonotonicInstant?) {
        while entries.count <= slot { entries.append((MonotonicInstant(nanoseconds: 0), -1)) }
        guard let deadline else { return remove(slot) }
        let place = entries[slot].place
        entries[slot].deadline = deadline
        if place < 0 {
            slots.append(slot)
            entries[slot].place = slots.count - 1
            rise(from: slots.count - 1)
        } else {
            sink(from: rise(from: place))
        }
    }

    /// Removes the slot with the earliest deadline if that has passed.
    mutating func removeFirst(dueAt now: MonotonicInstant) -> Int? {
        guard let slot = slots.first, entries[slot].deadline <= now else { return nil }
        remove(slot)
        return slot
    }

    private mutating func remove(_ slot: Int) {
        let place = entries[slot].place
        guard place >= 0 else { return }
        swap(place, slots.count - 1)
        slots.removeLast()
        entries[slot].place = -1
        if place < slots.count { sink(from: rise(from: place)) }
    }

    @discardableResult
    private mutating func rise(from place: Int) -> Int {
        var child = place
        while child > 0, deadline((child - 1) / 2) > deadline(child) {
            swap(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
        return child
    }

    private mutating func sink(from place: Int) {
        var parent = place
        while true {
            var smallest = parent
            for child in 2 * parent + 1...2 * parent + 2
            where child < slots.count && deadline(child) < deadline(smallest) {
                smallest = child
            }
            if smallest == parent { return }
            swap(parent, smallest)
            parent = smallest
        }
    }

    private func deadline(_ place: Int) -> MonotonicInstant { entries[slots[place]].deadline }

    private mutating func swap(_ one: Int, _ other: Int) {
        slots.swapAt(one, other)
        entries[slots[one]].place = one
        entries[slots[other]].place = other
    }
}

import Measurement

/// The lanes that the server keeps: decides which are admitted and which are forgotten.
struct LaneRoster<Member: Sendable>: Sendable {
    /// A further lane replaces the one that has been idle longest; it is refused if all have connections.
    static var maximum: Int { 500 }
    /// A lane is forgotten after this time without a connection and without a request about it.
    static var patience: Duration { .seconds(600) }

    private struct Entry: Sendable {
        let member: Member
        var connections = 0
        var lastUse: MonotonicInstant
    }

    private var entries: [String: Entry] = [:]

    var count: Int { entries.count }

    /// The lane of this name; a new one if the name is new. It has one more connection.
    ///
    /// - Returns: `nil` if as many lanes as allowed have connections.
    mutating func join(_ id: String, at now: MonotonicInstant, make: () -> Member) -> Member? {
        if find(id, at: now) == nil {
            guard makeRoom() else { return nil }
            entries[id] = Entry(member: make(), lastUse: now)
        }
        entries[id]?.connections += 1
        return entries[id]?.member
    }

    /// The lane of this name, for a request about it. The request counts as a use of the lane.
    mutating func find(_ id: String, at now: MonotonicInstant) -> Member? {
        guard let entry = entries[id] else { return nil }
        if isForgotten(entry, at: now) {
            entries[id] = nil
            return nil
        }
        entries[id]?.lastUse = now
        return entry.member
    }

    mutating func connectionLeft(_ id: String, at now: MonotonicInstant) {
        entries[id]?.connections -= 1
        entries[id]?.lastUse = now
    }

    func openConnections(of id: String) -> Int { entries[id]?.connections ?? 0 }

    /// - Returns: Whether there is room for one more lane, maybe because the longest idle one was forgotten.
    private mutating func makeRoom() -> Bool {
        if entries.count < Self.maximum { return true }
        let idle = entries.filter { $0.value.connections == 0 }
        guard let longest = idle.min(by: { $0.value.lastUse < $1.value.lastUse }) else { return false }
        entries[longest.key] = nil
        return true
    }

    private func isForgotten(_ entry: Entry, at now: MonotonicInstant) -> Bool {
        entry.connections == 0 && now - entry.lastUse >= Self.patience
    }
}

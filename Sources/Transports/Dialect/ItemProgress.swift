/// Which items a client has, and what the response under way has brought.
struct ItemProgress: Sendable {
    /// Last sequence received.
    private(set) var newest: UInt64
    /// Whether an item has arrived, even one that cannot be read.
    private(set) var hasItem = false
    /// Whether an item has arrived whose sequence is above all before it.
    private(set) var hasNewItem = false
    /// Whether an item without a sequence has arrived, which can be a new one.
    private(set) var hasUnnumberedItem = false

    init(after cursor: UInt64) {
        newest = cursor
    }

    /// Whether an item has arrived that can be a new one.
    var hasAdvanced: Bool { hasNewItem || hasUnnumberedItem }

    /// Another response begins.
    mutating func begin() {
        (hasItem, hasNewItem, hasUnnumberedItem) = (false, false, false)
    }

    /// The server no longer has the items up to and including this sequence.
    mutating func lost(through sequence: UInt64) {
        newest = max(newest, sequence)
    }

    mutating func take(_ event: ListenerEvent) {
        switch event {
        case .item(let item): take(item.sequence)
        case .foreign(let item):
            if let sequence = item.sequence { take(sequence) } else { hasUnnumberedItem = true }
        case .fault: break
        case .gap(let sequence): return lost(through: sequence)
        case .skipped, .ended, .lostServer: return
        }
        hasItem = true
    }

    private mutating func take(_ sequence: UInt64) {
        guard sequence > newest else { return }
        newest = sequence
        hasNewItem = true
    }
}

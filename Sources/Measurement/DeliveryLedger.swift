/// Records which items of the feed one client received, and finds missing, duplicate and reordered ones.
///
/// An item in order costs two comparisons and two additions. Only gaps take memory: 16 bytes each, at most
/// ``maximumGaps`` of them. Beyond this limit the ledger drops the oldest gap, whose items then count as missed.
package struct DeliveryLedger: Sendable {
    package enum Classification: Sendable, Equatable {
        /// The first copy, with a sequence above all earlier ones.
        case fresh
        /// The first copy, but after an item with a higher sequence.
        case reordered
        /// A further copy of an item, or an item of a dropped gap.
        case duplicate
        /// At or below the starting cursor or above the last item that counts; in no other count.
        case outside
    }

    /// Maximum number of gaps in memory.
    static let maximumGaps = 1_024

    /// The sequence before the first one that counts.
    let start: UInt64
    /// The last sequence that counts.
    let last: UInt64
    /// The highest sequence received or announced as lost; initially `start`.
    package private(set) var highest: UInt64
    /// Missing sequences below `highest`, in order, without overlap.
    private(set) var gaps: [ClosedRange<UInt64>] = []
    /// Copies received, duplicates included.
    private(set) var delivered: UInt64 = 0
    private(set) var duplicates: UInt64 = 0
    private(set) var reordered: UInt64 = 0
    /// Copies outside the counted range.
    private(set) var outside: UInt64 = 0
    /// Items that the server announced as lost, or whose gap was dropped to save memory.
    private(set) var givenUp: UInt64 = 0

    /// - Parameters:
    ///   - cursor: The sequence after which the client began to read; 0 means from the first item.
    ///   - last: The last item that counts, if known in advance.
    package init(after cursor: UInt64, through last: UInt64 = .max) {
        precondition(cursor <= last, "the last item must not be before the cursor")
        start = cursor
        self.last = last
        highest = cursor
    }

    /// Items received at least once.
    var unique: UInt64 { delivered - duplicates }

    @discardableResult
    package mutating func itemReceived(_ sequence: UInt64) -> Classification {
        if sequence == highest &+ 1, sequence <= last {
            highest = sequence
            delivered += 1
            return .fresh
        }
        return outOfOrderItemReceived(sequence)
    }

    /// The server announced that items after the client's cursor, through this one, are no longer available; or the
    /// client asked only for the newest value and skipped them.
    package mutating func gapAnnounced(through sequence: UInt64) {
        let bound = min(sequence, last)
        while let gap = gaps.first, gap.lowerBound <= bound {
            gaps.removeFirst()
            if gap.upperBound > bound { gaps.insert((bound + 1)...gap.upperBound, at: 0) }
            givenUp += min(gap.upperBound, bound) - gap.lowerBound + 1
        }
        if bound > highest {
            givenUp += bound - highest
            highest = bound
        }
    }

    /// The totals of this client.
    ///
    /// - Parameter last: The feed's last item of the window. If the client received more distinct items than this
    ///   implies, their number counts as expected.
    /// - Returns: Totals to merge into those of all clients.
    package func totals(through last: UInt64) -> DeliveryTotals {
        DeliveryTotals(
            clients: 1,
            expected: max(max(min(last, self.last), start) - start, unique),
            delivered: delivered,
            unique: unique,
            duplicates: duplicates,
            reordered: reordered,
            outside: outside
        )
    }

    private mutating func outOfOrderItemReceived(_ sequence: UInt64) -> Classification {
        guard sequence > start, sequence <= last else {
            outside += 1
            return .outside
        }
        delivered += 1
        if sequence > highest {
            open((highest + 1)...(sequence - 1))
            highest = sequence
            return .fresh
        }
        guard closeGap(at: sequence) else {
            duplicates += 1
            return .duplicate
        }
        reordered += 1
        return .reordered
    }

    private mutating func open(_ gap: ClosedRange<UInt64>) {
        gaps.append(gap)
        guard gaps.count > Self.maximumGaps else { return }
        let oldest = gaps.removeFirst()
        givenUp += oldest.upperBound - oldest.lowerBound + 1
    }

    /// Removes one sequence from the gaps; returns false if it is in no gap.
    private mutating func closeGap(at sequence: UInt64) -> Bool {
        guard let index = indexOfGap(holding: sequence) else { return false }
        let gap = gaps[index]
        var rest: [ClosedRange<UInt64>] = []
        if gap.lowerBound < sequence { rest.append(gap.lowerBound...(sequence - 1)) }
        if gap.upperBound > sequence { rest.append((sequence + 1)...gap.upperBound) }
        gaps.replaceSubrange(index...index, with: rest)
        return true
    }

    private func indexOfGap(holding sequence: UInt64) -> Int? {
        var low = 0
        var high = gaps.count
        while low < high {
            let middle = (low + high) / 2
            if gaps[middle].upperBound < sequence { low = middle + 1 } else { high = middle }
        }
        return low < gaps.count && gaps[low].contains(sequence) ? low : nil
    }
}

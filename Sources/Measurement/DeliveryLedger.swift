/// Books which items of the feed one client received: each once, in order, or not.
///
/// In order, an item costs two comparisons and two additions. Only gaps take memory: 16 bytes each, at most
/// ``maximumGaps`` of them; beyond, the oldest is given up, which counts its items as missed for good.
package struct DeliveryLedger: Sendable {
    package enum Classification: Sendable, Equatable {
        /// The first copy, above everything received before.
        case fresh
        /// The first copy, though a later item came before it.
        case reordered
        /// A copy of an item received before, or of one given up.
        case duplicate
        /// At or below the starting cursor or above the last item that counts; booked nowhere else.
        case outside
    }

    /// Gaps remembered at a time.
    static let maximumGaps = 1_024

    /// The sequence before the first that counts.
    let start: UInt64
    /// The last sequence that counts.
    let last: UInt64
    /// The highest sequence received or announced as lost; `start` before any.
    package private(set) var highest: UInt64
    /// Sequences below `highest` that are still awaited, in order, without overlap.
    private(set) var gaps: [ClosedRange<UInt64>] = []
    /// Copies received, every one.
    private(set) var delivered: UInt64 = 0
    private(set) var duplicates: UInt64 = 0
    private(set) var reordered: UInt64 = 0
    /// Copies outside the counted range.
    private(set) var outside: UInt64 = 0
    /// Items announced as lost by the server or given up for memory.
    private(set) var givenUp: UInt64 = 0

    /// - Parameters:
    ///   - cursor: The sequence after which the client began to read; 0 means from the first item.
    ///   - last: The last item that counts, when it is known beforehand.
    package init(after cursor: UInt64, through last: UInt64 = .max) {
        precondition(cursor <= last, "the last item that counts does not come before the cursor")
        start = cursor
        self.last = last
        highest = cursor
    }

    /// Items received once or more.
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

    /// The server said that items after the client's cursor, through this one, are no longer to be had; or the client
    /// asked for the newest value only and skipped them.
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

    /// This client's share of the run.
    ///
    /// - Parameter last: The feed's last item of the window. Items above it may have been announced as lost or skipped;
    ///   if more of them were booked than should have come at all, so many were expected.
    /// - Returns: Totals to merge into the fleet's.
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

    /// Takes one sequence out of the gaps. Returns false if it was in none.
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

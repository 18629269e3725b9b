import Feed
import Measurement
import Transports

/// When the items of the feed were due and published, for `/feed/schedule`.
struct PublishedItems {
    private var entries: [PublicationSchedule.Entry] = []

    // 1 Mi items take 24 MB; a longer run loses its oldest entries.
    private static let maximumEntries = 1 << 20

    var newest: PublicationSchedule.Entry? { entries.last }

    /// Adds the newest item.
    mutating func add(_ item: FeedItem, due: MonotonicInstant, at now: MonotonicInstant) {
        if entries.count >= Self.maximumEntries { entries.removeFirst(Self.maximumEntries / 4) }
        entries.append(
            PublicationSchedule.Entry(
                sequence: item.sequence, dueNanoseconds: due.nanoseconds, publishedNanoseconds: now.nanoseconds))
    }

    /// The items from one sequence to another, inclusive, up to the first gap.
    func schedule(from first: UInt64, to last: UInt64, epoch: MonotonicInstant) -> PublicationSchedule {
        var answer = PublicationSchedule(
            epochNanoseconds: epoch.nanoseconds, newest: newest?.sequence ?? 0, items: [])
        let from = index(atOrAbove: first)
        guard from < entries.endIndex else { return answer }
        for entry in entries[from...].prefix(PublicationSchedule.maximumEntries) {
            let isNext = answer.items.last.map { entry.sequence == $0.sequence + 1 } ?? true
            guard entry.sequence <= last, isNext else { break }
            answer.items.append(entry)
        }
        return answer
    }

    /// Index of the first entry with this sequence or a higher one; the end without one. Sequences grow.
    private func index(atOrAbove sequence: UInt64) -> Int {
        var (low, high) = (entries.startIndex, entries.endIndex)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].sequence < sequence { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// When the items of a message have passed the line to the client.
///
/// A line passes a message segment by segment, so an item is there with the segment that has its last byte. How the
/// bytes become segments depends on how the sender writes them: the lower bound is that of items that pass one by one,
/// the upper bound that of items that are all there with the last segment.
struct Passage {
    let link: LinkForecast
    /// Bytes before the first item, such as headers.
    let head: Double
    /// Bytes of an item with what surrounds it.
    let item: Double
    /// Items of a message, with their probabilities.
    let batches: [Batch]
    /// Probability that the connection has paused for so long that its window is small again.
    let pauses: Double

    /// Mean over all items.
    var mean: Bounded { average(meanDelay) }

    /// Half of a message's items are there by then.
    var median: Bounded { average(medianDelay) }

    /// The last item of a message of mean size.
    var largest: Double {
        let items = batches.reduce(0) { $0 + $1.items * $1.weight }
        return delay(ofItem: max(1, items), of: max(1, items))
    }

    /// Larger messages have more items, so they count more.
    private func average(_ delay: (Double) -> Bounded) -> Bounded {
        let all = batches.reduce(0) { $0 + $1.items * $1.weight }
        if all <= 0 || isFree { return Bounded(0) }
        return batches.reduce(Bounded(0)) { $0 + delay($1.items) * ($1.items * $1.weight / all) }
    }

    /// Whether the line has no limit, and the messages fit into the smallest window.
    private var isFree: Bool {
        let largest = batches.map(\.items).max() ?? 0
        return !link.isLimited && link.windowWait(of: link.segments(of: head + largest * item)) == 0
    }

    private static let mostSamples = 64.0

    private func meanDelay(_ items: Double) -> Bounded {
        let samples = min(items.rounded(.up), Self.mostSamples)
        // Items in the middle of equal parts; each item if there are few.
        let sum = stride(from: 0.5, to: samples, by: 1).reduce(0.0) { sum, sample in
            sum + delay(ofItem: (sample * items / samples + 0.5).rounded(), of: items)
        }
        return between(sum / samples, items)
    }

    private func medianDelay(_ items: Double) -> Bounded {
        let (lower, upper) = (((items + 1) / 2).rounded(.down), (items / 2).rounded(.down) + 1)
        return between((delay(ofItem: lower, of: items) + delay(ofItem: min(upper, items), of: items)) / 2, items)
    }

    private func between(_ value: Double, _ items: Double) -> Bounded {
        let alone = link.lineTime(of: head + (items + 1) / 2 * item)
        return Bounded(value, low: alone, high: delay(ofItem: items, of: items))
    }

    private func delay(ofItem number: Double, of items: Double) -> Double {
        let segment = link.segments(of: head + number * item)
        let passed = min(segment * link.segmentBytes, head + items * item)
        return link.lineTime(of: passed) + pauses * link.windowWait(of: segment)
    }
}

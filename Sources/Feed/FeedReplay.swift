/// Replays a recorded feed: each line is the data of one item, with its recorded due time.
package struct FeedReplay: Sendable {
    private let lines: [[UInt8]]
    private let dues: [Int64]
    private var position = 0

    /// - Parameters:
    ///   - lines: Data of each item, without line end.
    ///   - dues: Due time of each item, µs since the feed's epoch, never decreasing, up to
    ///     ``ItemLimits/latestDueMicroseconds``.
    package init(lines: [[UInt8]], dues: [Int64]) {
        precondition(lines.count == dues.count, "each recorded line must have a due time")
        precondition(dues.last ?? 0 <= ItemLimits.latestDueMicroseconds, "an item must be due within 100 years")
        self.lines = lines
        self.dues = dues
    }

    var count: Int { lines.count }

    /// Due time of the last item in µs; `nil` for an empty recording.
    package var lastDue: Int64? { dues.last }

    /// - Returns: `nil` at the end of the recording.
    package mutating func next() -> FeedItem? {
        guard position < lines.count else { return nil }
        defer { position += 1 }
        return FeedItem(sequence: UInt64(position + 1), dueMicroseconds: dues[position], data: lines[position])
    }
}

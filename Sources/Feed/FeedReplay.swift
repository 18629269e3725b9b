/// A recorded feed: each line is an item's data, with the due times it was recorded at.
package struct FeedReplay: Sendable {
    private let lines: [[UInt8]]
    private let dues: [Int64]
    private var position = 0

    /// - Parameters:
    ///   - lines: Data of each item, without line end.
    ///   - dues: Due time of each, µs since the recording's epoch, never decreasing.
    ///   - speed: 2 plays twice as fast as it was recorded.
    package init(lines: [[UInt8]], dues: [Int64], speed: Double = 1) {
        precondition(lines.count == dues.count, "each recorded line has a due time")
        precondition(speed > 0, "a recording is played forwards")
        self.lines = lines
        self.dues = dues.map { Int64((Double($0) / speed).rounded()) }
    }

    package var count: Int { lines.count }

    /// Due time of the last item in µs, or `nil` for an empty recording.
    package var lastDue: Int64? { dues.last }

    /// - Returns: `nil` when the recording is over.
    package mutating func next() -> FeedItem? {
        guard position < lines.count else { return nil }
        defer { position += 1 }
        return FeedItem(sequence: UInt64(position + 1), dueMicroseconds: dues[position], data: lines[position])
    }
}

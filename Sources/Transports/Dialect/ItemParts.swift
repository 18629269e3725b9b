import Feed

/// The bytes of an item that arrives in parts. Keeps at most ``ItemLimits/longestItemBytes``.
struct ItemParts: Sendable {
    private var kept: [UInt8] = []
    /// The number of bytes so far.
    private(set) var count = 0

    // Up to this size the memory is kept for the next item.
    private static let reusedBytes = 4_096

    /// Whether the item exceeds the limit, so that its bytes are discarded.
    var isEndless: Bool { count > ItemLimits.longestItemBytes }

    mutating func add(_ part: UnsafeRawBufferPointer) {
        count += part.count
        if isEndless { kept = [] } else { kept.append(contentsOf: part) }
    }

    /// Removes a carriage return at the end.
    ///
    /// - Returns: Whether there was one.
    mutating func removeReturn() -> Bool {
        guard kept.last == 0x0d else { return false }
        kept.removeLast()
        count -= 1
        return true
    }

    /// Ends the item with its last part.
    ///
    /// - Returns: What `use` makes of the whole item; `nil` if that exceeds the limit.
    mutating func end<Result>(
        with last: UnsafeRawBufferPointer, use: (UnsafeRawBufferPointer) -> Result
    ) -> Result? {
        // An item in one part needs no copy.
        if count == 0 { return last.count > ItemLimits.longestItemBytes ? nil : use(last) }
        add(last)
        defer {
            kept.removeAll(keepingCapacity: kept.count <= Self.reusedBytes)
            count = 0
        }
        return isEndless ? nil : kept.withUnsafeBytes(use)
    }
}

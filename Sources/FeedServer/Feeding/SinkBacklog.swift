/// The items that wait for a sink, as numbers: decides when it is too slow, and counts what it has written.
struct SinkBacklog: Equatable {
    enum Admission: Equatable {
        case admitted
        /// Too much waits; the feed ends, because dropping items would change it.
        case overflowed
        /// The feed has ended before.
        case closed
    }

    /// Bytes that may wait; a batch is admitted as a whole while there are fewer.
    static let mostBytes = 8 << 20

    /// Bytes admitted and not written.
    private(set) var waitingBytes = 0
    /// Items written.
    private(set) var writtenItems: UInt64 = 0
    /// Whether the sink still takes items.
    private(set) var isOpen = true

    /// A batch of items has become due.
    mutating func admit(bytes: Int) -> Admission {
        guard isOpen else { return .closed }
        guard waitingBytes < Self.mostBytes else {
            isOpen = false
            return .overflowed
        }
        waitingBytes += bytes
        return .admitted
    }

    mutating func wrote(items: Int, bytes: Int) {
        writtenItems += UInt64(items)
        waitingBytes -= bytes
    }

    /// What waits is not written any more.
    ///
    /// - Returns: Whether the backlog was open before.
    mutating func close() -> Bool {
        defer { isOpen = false }
        return isOpen
    }
}

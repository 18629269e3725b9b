import Feed

/// One line of a poll's answer, as a recorder takes it.
struct RecordedItem {
    let sequence: UInt64
    let dueMicroseconds: Int64
    let data: [UInt8]

    /// - Parameters:
    ///   - line: The line, without its end.
    ///   - cursor: Sequence of the last item received.
    ///   - previousDue: Its due time.
    /// - Throws: ``RecordedItemFault`` for what cannot be recorded.
    init(_ line: ArraySlice<UInt8>, after cursor: UInt64, notBefore previousDue: Int64) throws(RecordedItemFault) {
        guard let header = line.withUnsafeBytes({ ItemText.header(of: $0) }) else { throw .noItem }
        let fields = line.split(separator: UInt8(ascii: ","), maxSplits: 2, omittingEmptySubsequences: false)
        guard fields.count == 3 else { throw .noItem }
        guard header.sequence > cursor else { throw .sequenceNotAhead(header.sequence, after: cursor) }
        guard header.dueMicroseconds >= previousDue else { throw .dueOutOfOrder(sequence: header.sequence) }
        sequence = header.sequence
        dueMicroseconds = header.dueMicroseconds
        data = Array(fields[2])
    }
}

/// What is wrong with a server's answer.
enum RecordedItemFault: Error, Equatable, CustomStringConvertible {
    case noItem
    case sequenceNotAhead(UInt64, after: UInt64)
    case dueOutOfOrder(sequence: UInt64)

    var description: String {
        switch self {
        case .noItem: "the server sent a line that is no item; an item is SEQUENCE,DUE,DATA"
        case .sequenceNotAhead(let sequence, let cursor):
            "the server sent item \(sequence) when asked for items after \(cursor)"
        case .dueOutOfOrder(let sequence):
            """
            the server sent item \(sequence) with a due time before the previous item's; a recording's due times never \
            decrease
            """
        }
    }
}

import Feed

/// One line of a poll response, as a recorder reads it.
struct RecordedItem {
    let sequence: UInt64
    let dueMicroseconds: Int64
    let data: [UInt8]

    /// - Parameters:
    ///   - line: The line, without its line end.
    ///   - cursor: Sequence of the last item received.
    ///   - previousDue: Due time of that item.
    /// - Throws: ``RecordedItemFault`` if the line cannot be recorded.
    init(_ line: ArraySlice<UInt8>, after cursor: UInt64, notBefore previousDue: Int64) throws(RecordedItemFault) {
        guard let header = line.withUnsafeBytes({ ItemText.header(of: $0) }) else { throw .notAnItem }
        let fields = line.split(separator: UInt8(ascii: ","), maxSplits: 2, omittingEmptySubsequences: false)
        guard fields.count == 3 else { throw .notAnItem }
        guard header.sequence > cursor else { throw .sequenceNotAhead(header.sequence, after: cursor) }
        guard header.dueMicroseconds >= previousDue else { throw .dueOutOfOrder(sequence: header.sequence) }
        sequence = header.sequence
        dueMicroseconds = header.dueMicroseconds
        data = Array(fields[2])
    }
}

/// Why a line of a poll response cannot be recorded.
enum RecordedItemFault: Error, Equatable, CustomStringConvertible {
    case notAnItem
    case sequenceNotAhead(UInt64, after: UInt64)
    case dueOutOfOrder(sequence: UInt64)

    var description: String {
        switch self {
        case .notAnItem: "the server sent a line that is not an item; an item is SEQUENCE,DUE,DATA"
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

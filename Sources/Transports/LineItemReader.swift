import Feed
import WireAccounting

/// Reads items that end in LF, from bytes split at any positions.
package struct LineItemReader: Sendable {
    // Enough for the header of an item (two base-36 numbers of 13 digits and their commas), and for a gap notice.
    private static let headerBytes = 28

    // First bytes of the item that is still incomplete.
    private var started: [UInt8] = []
    // Bytes of that item that have arrived.
    private var startedBytes = 0
    /// Whether an item is incomplete.
    private(set) var isWithinItem = false
    /// Whether that item exceeds the size limit; the rest of the response is unusable.
    var isEndless: Bool { startedBytes > ItemLimits.longestItemBytes }

    // Whether a line may be a gap notice; a notice has no comma, so it cannot be confused with an item.
    private let takesNotices: Bool

    private let base64: Base64Items

    /// - Parameters:
    ///   - takesNotices: Whether a line may be a gap notice.
    ///   - itemBytes: Size of every item whose data arrive in Base64; `nil` if they are text.
    package init(takesNotices: Bool = false, itemBytes: Int? = nil) {
        self.takesNotices = takesNotices
        base64 = Base64Items(itemBytes: itemBytes)
    }

    /// Counts items as payload and line ends as envelope; calls `events` for each complete item.
    package mutating func read(
        _ bytes: UnsafeRawBufferPointer, ledger: inout ByteLedger, events: (ListenerEvent) -> Void
    ) {
        var rest = bytes
        while !rest.isEmpty {
            guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else {
                ledger.book(rest.count, .payload, .down)
                return keep(rest, events)
            }
            ledger.book(end, .payload, .down)
            ledger.book(1, .envelope, .down)
            finish(UnsafeRawBufferPointer(rebasing: rest[..<end]), &ledger, events)
            rest = UnsafeRawBufferPointer(rebasing: rest[(end + 1)...])
        }
    }

    private mutating func keep(_ part: UnsafeRawBufferPointer, _ events: (ListenerEvent) -> Void) {
        isWithinItem = true
        let wasEndless = isEndless
        startedBytes += part.count
        if isEndless, !wasEndless { events(.fault(ItemLimits.endlessItem)) }
        started.append(contentsOf: part.prefix(max(0, Self.headerBytes - started.count)))
    }

    private mutating func finish(
        _ part: UnsafeRawBufferPointer, _ ledger: inout ByteLedger, _ events: (ListenerEvent) -> Void
    ) {
        guard isWithinItem else {
            // The same bytes as of a line that arrives in parts: where a line is cut must not change what it means.
            let beginning = UnsafeRawBufferPointer(rebasing: part.prefix(Self.headerBytes))
            return take(beginning, bytes: part.count, &ledger, events)
        }
        keep(part, events)
        if !isEndless { started.withUnsafeBytes { take($0, bytes: startedBytes, &ledger, events) } }
        started.removeAll(keepingCapacity: true)
        (startedBytes, isWithinItem) = (0, false)
    }

    private func take(
        _ beginning: UnsafeRawBufferPointer, bytes: Int, _ ledger: inout ByteLedger, _ events: (ListenerEvent) -> Void
    ) {
        if let header = ItemText.header(of: beginning) {
            base64.book(bytes, in: &ledger)
            return events(.item(ReceivedItem(sequence: header.sequence, dueMicroseconds: header.dueMicroseconds)))
        }
        if takesNotices, let oldest = GapNotice.oldest(in: String(decoding: beginning, as: UTF8.self)), oldest > 0 {
            ledger.book(-bytes, .payload, .down)
            ledger.book(bytes, .envelope, .down)
            return events(.gap(through: oldest - 1))
        }
        events(.fault("the server sent a line that is not an item; an item is SEQUENCE,DUE,DATA"))
    }
}

import Feed
import WireAccounting

/// Reads items that end in LF, however the bytes are cut.
package struct LineItemReader: Sendable {
    // Enough for the header of an item: two base-36 numbers of 13 digits and their commas.
    private static let headerBytes = 28

    // First bytes of an item whose end has not arrived.
    private var started: [UInt8] = []
    /// Whether bytes of an item have come and its end has not.
    private(set) var isWithinItem = false

    package init() {}

    /// Books an item as payload and its line end as envelope; calls `events` for each item whose last byte is there.
    package mutating func read(
        _ bytes: UnsafeRawBufferPointer, ledger: inout ByteLedger, events: (ListenerEvent) -> Void
    ) {
        var rest = bytes
        while !rest.isEmpty {
            guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else {
                ledger.book(rest.count, .payload, .down)
                keep(rest)
                return
            }
            ledger.book(end, .payload, .down)
            ledger.book(1, .envelope, .down)
            finish(UnsafeRawBufferPointer(rebasing: rest[..<end]), events)
            rest = UnsafeRawBufferPointer(rebasing: rest[(end + 1)...])
        }
    }

    private mutating func keep(_ part: UnsafeRawBufferPointer) {
        isWithinItem = true
        started.append(contentsOf: part.prefix(max(0, Self.headerBytes - started.count)))
    }

    private mutating func finish(_ part: UnsafeRawBufferPointer, _ events: (ListenerEvent) -> Void) {
        let header: ItemText.Header?
        if isWithinItem {
            keep(part)
            header = started.withUnsafeBytes { ItemText.header(of: $0) }
            started.removeAll(keepingCapacity: true)
            isWithinItem = false
        } else {
            header = ItemText.header(of: part)
        }
        guard let header else {
            events(.fault("the server sent a line that is no item; an item is SEQUENCE,DUE,DATA"))
            return
        }
        events(.item(ReceivedItem(sequence: header.sequence, dueMicroseconds: header.dueMicroseconds)))
    }
}

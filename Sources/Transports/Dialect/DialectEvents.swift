import Feed
import WireAccounting

/// Reads an SSE stream (WHATWG HTML §9.2.6) of a server with another dialect, from bytes split at any positions.
///
/// Unlike ``EventStreamReader``, which needs only the beginning of a line, it keeps whole lines, and an id can be any
/// text. The data of an item count as payload; all else counts as envelope.
struct DialectEvents: StreamContent {
    private static let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]
    /// Longest id that a request sends back, in bytes.
    static let maximumIDBytes = 1_024

    private var line = ItemParts()
    private var isFirstLine = true
    // The last line ended in CR; an LF directly after it belongs to the same line end.
    private var lastWasReturn = false
    // Of the event that is incomplete.
    private var data: [UInt8] = []
    private var hasData = false
    private var isItem = true
    // Stays from event to event.
    private var id: String?
    private var items: DialectItems
    // Whether ids are sent back.
    private let resumesByID: Bool

    private(set) var lastEventID: String?
    private(set) var reconnectionTime: Duration?
    private(set) var isEndless = false

    init(_ setup: ListenerSetup) {
        // The bytes of an event are whole, so its own boundary is their end.
        items = DialectItems(setup, ownBoundary: .body)
        resumesByID = setup.dialect.cursor == .lastEventID
    }

    static let mediaType: String? = ServerSentEvents.mediaType

    var isWithinItem: Bool { line.count > 0 || hasData }

    mutating func read(
        _ bytes: UnsafeRawBufferPointer, ledger: inout ByteLedger, events: (ListenerEvent) -> Void
    ) {
        // Only a complete event shows whether it is an item.
        ledger.book(bytes.count, .envelope, .down)
        var rest = bytes
        if lastWasReturn, let first = rest.first {
            lastWasReturn = false
            if first == 0x0a { rest = UnsafeRawBufferPointer(rebasing: rest[1...]) }
        }
        while let end = rest.firstIndex(where: { $0 == 0x0a || $0 == 0x0d }) {
            endLine(with: UnsafeRawBufferPointer(rebasing: rest[..<end]), &ledger, events)
            var next = end + 1
            if rest[end] == 0x0d {
                if next == rest.count { lastWasReturn = true } else if rest[next] == 0x0a { next += 1 }
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[next...])
        }
        if !rest.isEmpty { line.add(rest) }
        if line.isEndless || data.count > ItemLimits.longestItemBytes { reportEndless(events) }
    }

    private mutating func endLine(
        with part: UnsafeRawBufferPointer, _ ledger: inout ByteLedger, _ events: (ListenerEvent) -> Void
    ) {
        // Not two owners of its bytes, which would then be copied.
        var whole = line
        line = ItemParts()
        let isWithinLimit: Void? = whole.end(with: part) { take(line: $0, &ledger, events) }
        if isWithinLimit == nil { reportEndless(events) }
    }

    private mutating func reportEndless(_ events: (ListenerEvent) -> Void) {
        if isEndless { return }
        isEndless = true
        events(.fault(ItemLimits.endlessItem))
    }

    private mutating func take(
        line: UnsafeRawBufferPointer, _ ledger: inout ByteLedger, _ events: (ListenerEvent) -> Void
    ) {
        let mark = isFirstLine && line.starts(with: Self.byteOrderMark) ? Self.byteOrderMark.count : 0
        isFirstLine = false
        let text = UnsafeRawBufferPointer(rebasing: line.dropFirst(mark))
        if text.isEmpty { return dispatch(&ledger, events) }
        // A field without a colon has no value; a line that starts with a colon is a comment.
        let colon = text.firstIndex(of: UInt8(ascii: ":")) ?? text.count
        var value = text.dropFirst(colon + 1)
        if value.first == 0x20 { value = value.dropFirst() }
        take(
            UnsafeRawBufferPointer(rebasing: text[..<colon]), value: UnsafeRawBufferPointer(rebasing: value), events)
    }

    private mutating func take(
        _ name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer, _ events: (ListenerEvent) -> Void
    ) {
        if name.elementsEqual("data".utf8) {
            // Lines of data are joined by a line feed. More than the limit is not used.
            if hasData { data.append(0x0a) }
            hasData = true
            if data.count <= ItemLimits.longestItemBytes { data.append(contentsOf: value) }
        } else if name.elementsEqual("event".utf8) {
            isItem = value.isEmpty || value.elementsEqual("message".utf8)
        } else if name.elementsEqual("id".utf8) {
            takeID(value, events)
        } else if name.elementsEqual("retry".utf8), let time = EventAssembler.reconnectionTime(value) {
            reconnectionTime = time
        }
    }

    // An id with a NUL is ignored (§9.2.6).
    private mutating func takeID(_ value: UnsafeRawBufferPointer, _ events: (ListenerEvent) -> Void) {
        guard resumesByID, !value.contains(0) else { return }
        guard value.count <= Self.maximumIDBytes else {
            return events(
                .fault(
                    "the server sent an event id of \(value.count) B; Last-Event-ID carries up to "
                        + "\(Self.maximumIDBytes) B"))
        }
        id = String(decoding: value, as: UTF8.self)
    }

    private mutating func dispatch(_ ledger: inout ByteLedger, _ events: (ListenerEvent) -> Void) {
        lastEventID = id
        if hasData, isItem {
            var found = ByteLedger()
            data.withUnsafeBytes { items.readMessage($0, ledger: &found, events: events) }
            let payload = Int(found[.payload, .down])
            ledger.book(payload, .payload, .down)
            ledger.book(-payload, .envelope, .down)
        }
        (hasData, isItem) = (false, true)
        data.removeAll(keepingCapacity: data.count <= 4_096)
    }
}

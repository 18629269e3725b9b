import Feed
import Measurement
import WireAccounting

/// Splits an SSE stream into lines (WHATWG HTML §9.2.6), from bytes split at any positions.
struct EventStreamReader: StreamContent {
    // Enough for `data: ` and the header of an item, and for every other line that has a meaning.
    private static let keptBytes = 64
    private static let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]

    // First bytes of the line that is still incomplete, and the number of its bytes that have arrived.
    private var started: [UInt8] = []
    private var startedBytes = 0
    private var isFirstLine = true
    // The last line ended in CR; an LF directly after it belongs to the same line end.
    private var lastWasReturn = false
    private var assembler: EventAssembler

    init(itemBytes: Int? = nil) {
        assembler = EventAssembler(itemBytes: itemBytes)
    }

    static let mediaType: String? = ServerSentEvents.mediaType

    var isWithinItem: Bool { startedBytes > 0 || assembler.isWithinEvent }
    private(set) var isEndless = false
    var reconnectionTime: Duration? { assembler.reconnectionTime }

    mutating func read(
        _ bytes: UnsafeRawBufferPointer, ledger: inout ByteLedger, events: (ListenerEvent) -> Void
    ) {
        // Count everything as envelope first: only a complete event shows whether it is an item.
        ledger.book(bytes.count, .envelope, .down)
        var rest = bytes
        if lastWasReturn, let first = rest.first {
            lastWasReturn = false
            if first == 0x0a { rest = UnsafeRawBufferPointer(rebasing: rest[1...]) }
        }
        while let end = rest.firstIndex(where: { $0 == 0x0a || $0 == 0x0d }) {
            finishLine(UnsafeRawBufferPointer(rebasing: rest[..<end]), &ledger, events)
            var next = end + 1
            if rest[end] == 0x0d {
                if next == rest.count { lastWasReturn = true } else if rest[next] == 0x0a { next += 1 }
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[next...])
        }
        keep(rest)
        if !isEndless, max(startedBytes, assembler.dataBytes) > ItemLimits.longestItemBytes {
            isEndless = true
            events(.fault(ItemLimits.endlessItem))
        }
    }

    private mutating func keep(_ part: UnsafeRawBufferPointer) {
        startedBytes += part.count
        started.append(contentsOf: part.prefix(max(0, Self.keptBytes - started.count)))
    }

    private mutating func finishLine(
        _ part: UnsafeRawBufferPointer, _ ledger: inout ByteLedger, _ events: (ListenerEvent) -> Void
    ) {
        if startedBytes == 0, !isFirstLine {
            // As many bytes as of a line in several parts, so that the result is the same.
            let beginning = UnsafeRawBufferPointer(rebasing: part.prefix(Self.keptBytes))
            return assembler.take(line: beginning, bytes: part.count, ledger: &ledger, events: events)
        }
        keep(part)
        let mark = isFirstLine && started.starts(with: Self.byteOrderMark) ? Self.byteOrderMark.count : 0
        started.withUnsafeBytes { line in
            assembler.take(
                line: UnsafeRawBufferPointer(rebasing: line.dropFirst(mark)), bytes: startedBytes - mark,
                ledger: &ledger, events: events)
        }
        isFirstLine = false
        started.removeAll(keepingCapacity: true)
        startedBytes = 0
    }
}

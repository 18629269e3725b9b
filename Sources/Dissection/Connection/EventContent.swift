import Feed
import WireAccounting

/// Server-sent events (WHATWG HTML §9.2.6): the data of items is payload, everything else envelope.
struct EventContent {
    private static let keptBytes = 64

    // First bytes of the current line, its length so far, and where it began.
    private var line: [UInt8] = []
    private var lineBytes = 0
    private var lineStart: ByteSink.Mark?
    private var lastWasReturn = false
    private var isFirstLine = true
    // The current event.
    private var isItemKind = true
    private var data: [UInt8] = []
    private var values: [(mark: ByteSink.Mark, bytes: Int)] = []

    private static let mostDataLines = 1_000

    mutating func read(_ bytes: UnsafeRawBufferPointer, _ direction: Direction, _ sink: inout ByteSink) {
        var rest = bytes
        while let first = rest.first {
            if lastWasReturn {
                lastWasReturn = false
                if first == 0x0a {
                    take(&rest, 1, direction, &sink)
                    continue
                }
            }
            if lineStart == nil { lineStart = sink.mark(direction) }
            let end = rest.firstIndex { $0 == 0x0a || $0 == 0x0d }
            let part = rest[..<(end ?? rest.count)]
            line.append(contentsOf: part.prefix(max(0, Self.keptBytes - line.count)))
            lineBytes += part.count
            take(&rest, part.count, direction, &sink)
            guard end != nil, let mark = rest.first else { return }
            lastWasReturn = mark == 0x0d
            take(&rest, 1, direction, &sink)
            finishLine(direction, &sink)
        }
    }

    private func take(
        _ rest: inout UnsafeRawBufferPointer, _ count: Int, _ direction: Direction, _ sink: inout ByteSink
    ) {
        sink.book(UnsafeRawBufferPointer(rebasing: rest[..<count]), .envelope, direction)
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }

    private mutating func finishLine(_ direction: Direction, _ sink: inout ByteSink) {
        let start = lineStart ?? sink.mark(direction)
        var skipped = 0
        if isFirstLine, line.starts(with: [0xef, 0xbb, 0xbf]) { skipped = 3 }
        defer {
            isFirstLine = false
            line.removeAll(keepingCapacity: true)
            (lineBytes, lineStart) = (0, nil)
        }
        if lineBytes == skipped { return dispatch(direction, &sink) }
        guard let colon = line[skipped...].firstIndex(of: 0x3a), colon > skipped else { return }
        let name = line[skipped..<colon]
        let valueStart = colon + 1 + (line.dropFirst(colon + 1).first == 0x20 ? 1 : 0)
        let value = line[min(valueStart, line.count)...]
        if name.elementsEqual("data".utf8), values.count < Self.mostDataLines {
            if values.isEmpty { data = Array(value) }
            let mark = ByteSink.Mark(message: start.message, offset: start.offset + valueStart)
            values.append((mark, lineBytes - valueStart))
        } else if name.elementsEqual("event".utf8) {
            isItemKind = value.isEmpty || value.elementsEqual("message".utf8)
        }
    }

    private mutating func dispatch(_ direction: Direction, _ sink: inout ByteSink) {
        let isItem = isItemKind && !values.isEmpty && data.withUnsafeBytes { ItemText.header(of: $0) } != nil
        if isItem {
            sink.count(\.items)
            for (index, value) in values.enumerated() {
                // Lines of data are joined by a line feed, which belongs to the item.
                let joint = index + 1 < values.count ? 1 : 0
                sink.move(value.bytes + joint, from: .envelope, to: .payload, at: value.mark, direction)
            }
        }
        isItemKind = true
        data.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: true)
    }
}

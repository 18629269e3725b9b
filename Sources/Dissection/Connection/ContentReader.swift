import Feed
import HTTP
import WireAccounting

/// Separates the content of a body into payload and envelope, like the load generator.
enum ContentReader {
    /// Items, each followed by a line end.
    case lines(LineContent)
    /// Server-sent events.
    case events(EventContent)
    /// All of one layer.
    case whole(ByteLayer)
    /// All payload, because compressed bytes cannot be separated; inflated to count the items.
    case compressed(CompressedContent)

    private static let feedPaths: Set<String> = ["/poll", "/long-poll", "/stream"]

    init(of response: ResponseBody) {
        if response.isHandshake {
            self = .whole(.handshake)
        } else if response.status != 200 {
            self = .whole(.envelope)
        } else if response.path == "/echo" {
            self = .whole(.payload)
        } else {
            let type = response.fields.single("Content-Type")?.lowercased() ?? ""
            let isEvents = type.hasPrefix("text/event-stream")
            let isLines = Self.feedPaths.contains(response.path)
            let coding = response.fields.list("Content-Encoding").filter { !$0.equalsIgnoringCase("identity") }
            if coding.isEmpty {
                self =
                    isEvents
                    ? .events(EventContent()) : isLines ? .lines(LineContent()) : .lines(LineContent(mayBeOther: true))
            } else if coding.count == 1, coding[0].equalsIgnoringCase("gzip") {
                self = .compressed(CompressedContent(isEvents: isEvents))
            } else {
                self = .whole(.payload)
            }
        }
    }

    mutating func read(_ bytes: UnsafeRawBufferPointer, _ direction: Direction, _ sink: inout ByteSink) {
        guard !bytes.isEmpty else { return }
        switch self {
        case .lines(var lines):
            lines.read(bytes, direction, &sink)
            self = .lines(lines)
        case .events(var events):
            events.read(bytes, direction, &sink)
            self = .events(events)
        case .whole(let layer): sink.book(bytes, layer, direction)
        case .compressed(let compressed): compressed.read(bytes, direction, &sink)
        }
    }
}

/// Items, each followed by a line end: items are payload; line ends and gap notices are envelope.
struct LineContent {
    /// Enough for the header of an item, and for a gap notice.
    static let keptBytes = 28

    private var started: [UInt8] = []
    private var lineBytes = 0
    private var mayBeOther: Bool
    // The first line is no item, so the content is not of the feed.
    private var isOther = false

    /// - Parameter mayBeOther: Whether the content may be anything: then it is lines only if the first line is an item.
    init(mayBeOther: Bool = false) {
        self.mayBeOther = mayBeOther
    }

    mutating func read(_ bytes: UnsafeRawBufferPointer, _ direction: Direction, _ sink: inout ByteSink) {
        var rest = bytes
        while !rest.isEmpty {
            if isOther { return sink.book(rest, .payload, direction) }
            let end = rest.firstIndex(of: 0x0a)
            let part = UnsafeRawBufferPointer(rebasing: rest[..<(end ?? rest.count)])
            started.append(contentsOf: part.prefix(max(0, Self.keptBytes - started.count)))
            lineBytes += part.count
            sink.book(part, .payload, direction)
            guard let end else { return }
            finishLine(direction, &sink)
            sink.book(
                UnsafeRawBufferPointer(rebasing: rest[end...end]), isOther ? .payload : .envelope, direction)
            rest = UnsafeRawBufferPointer(rebasing: rest[(end + 1)...])
        }
    }

    private mutating func finishLine(_ direction: Direction, _ sink: inout ByteSink) {
        if !sink.lineEnded(started, bytes: lineBytes, direction) { isOther = mayBeOther }
        mayBeOther = false
        started.removeAll(keepingCapacity: true)
        lineBytes = 0
    }
}

extension ByteSink {
    /// A line or text message of the feed, counted as payload, has ended: counts an item; a gap notice is envelope.
    ///
    /// - Parameters:
    ///   - beginning: Its first bytes, up to ``LineContent/keptBytes``.
    ///   - bytes: Its length.
    ///   - direction: Its direction.
    /// - Returns: Whether it was an item or a gap notice.
    mutating func lineEnded(_ beginning: [UInt8], bytes: Int, _ direction: Direction) -> Bool {
        if beginning.withUnsafeBytes({ ItemText.header(of: $0) }) != nil {
            count(\.items)
            return true
        }
        guard beginning.starts(with: "oldest=".utf8) else { return false }
        let end = mark(direction)
        let start = Mark(message: end.message, offset: max(0, end.offset - bytes))
        move(bytes, from: .payload, to: .envelope, at: start, direction)
        return true
    }
}

import HTTP
import WireAccounting

/// Reads the body of a request or response: separates framing from content, and content into payload and envelope.
struct BodyReader {
    private enum Framing {
        case counted(missing: Int)
        case chunked(ChunkedReader)
        case untilClose
    }

    private var framing: Framing
    private var content: ContentReader
    private(set) var isComplete = false
    // Within a chunk: between its size line and the line end after its content.
    private var isInMessage = false
    private var lineEndBytesLeft = 0

    /// - Returns: `nil` if the request has no body.
    init?(ofRequest fields: HeaderFields) {
        content = .whole(.payload)
        if fields.list("Transfer-Encoding", contains: "chunked") {
            framing = .chunked(ChunkedReader(isFollowed: true))
        } else if let length = Self.length(fields), length > 0 {
            framing = .counted(missing: length)
        } else {
            return nil
        }
    }

    /// - Returns: `nil` if the response has no body (RFC 9112 §6.3).
    init?(ofResponse response: ResponseBody) {
        guard response.status != 204, response.status != 304 else { return nil }
        if response.fields.list("Transfer-Encoding", contains: "chunked") {
            framing = .chunked(ChunkedReader(isFollowed: true))
        } else if let length = Self.length(response.fields) {
            guard length > 0 else { return nil }
            framing = .counted(missing: length)
        } else {
            framing = .untilClose
        }
        content = ContentReader(of: response)
    }

    /// Whether each chunk counts as a message.
    var isStreamed: Bool {
        if case .counted = framing { false } else { true }
    }

    mutating func read(_ bytes: UnsafeRawBufferPointer, _ direction: Direction, _ sink: inout ByteSink) -> Int {
        switch framing {
        case .counted(let missing):
            let part = UnsafeRawBufferPointer(rebasing: bytes.prefix(missing))
            content.read(part, direction, &sink)
            framing = .counted(missing: missing - part.count)
            guard part.count == missing else { return part.count }
            isComplete = true
            sink.end(direction)
            return part.count
        case .chunked(let reader):
            return readChunks(bytes, reader, direction, &sink)
        case .untilClose:
            sink.begin(.chunk, "content until the connection closes", direction)
            content.read(bytes, direction, &sink)
            return bytes.count
        }
    }

    private static func length(_ fields: HeaderFields) -> Int? {
        guard let text = fields.values("Content-Length").first, text.utf8.count <= 15,
            text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 })
        else { return nil }
        return Int(text)
    }

    // MARK: Chunks

    private mutating func readChunks(
        _ bytes: UnsafeRawBufferPointer, _ known: ChunkedReader, _ direction: Direction, _ sink: inout ByteSink
    ) -> Int {
        var reader = known
        var used = 0
        defer { if case .chunked = framing { framing = .chunked(reader) } }
        while used < bytes.count, !reader.isComplete {
            if !isInMessage {
                sink.begin(.chunk, "chunk", direction)
                isInMessage = true
            }
            // Framing byte by byte, so that the end of a chunk is seen; content as a whole.
            let end = reader.isWithinChunk ? bytes.count : used + 1
            var rest = UnsafeRawBufferPointer(rebasing: bytes[used..<end])
            let before = rest
            do throws(ChunkedFault) {
                if let part = try reader.nextContent(&rest) {
                    content.read(part, direction, &sink)
                    used += part.count
                    if !reader.isWithinChunk { lineEndBytesLeft = 2 }
                    continue
                }
            } catch {
                sink.fault("the body violates the chunked coding: \(error)", direction)
                sink.book(UnsafeRawBufferPointer(rebasing: bytes[used...]), .framing, direction)
                // The boundaries of later messages cannot be found.
                (framing, content) = (.untilClose, .whole(.framing))
                return bytes.count
            }
            sink.book(before, .framing, direction)
            used += before.count
            lineEndRead(reader, direction, &sink)
        }
        isComplete = reader.isComplete
        return used
    }

    private mutating func lineEndRead(_ reader: ChunkedReader, _ direction: Direction, _ sink: inout ByteSink) {
        if lineEndBytesLeft > 0 {
            lineEndBytesLeft -= 1
            if lineEndBytesLeft > 0 { return }
        } else if !reader.isComplete {
            return
        }
        sink.end(direction)
        isInMessage = false
    }
}

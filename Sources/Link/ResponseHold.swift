import HTTP
import NIOCore

/// Decides when a buffering proxy passes the bytes of HTTP/1.1 responses on.
///
/// It reads where each response ends (RFC 9112 §6.3). Interim responses pass at once. After 101, and if the bytes are
/// not HTTP/1.1, everything passes. It does not see the requests, so it does not support HEAD.
struct ResponseHold: Sendable {
    private enum Stage {
        /// Headers, of which this many bytes were checked against ``beginning``.
        case head(ResponseParser, checked: Int)
        case counted(missing: Int)
        case chunked(ChunkedReader)
        case untilClose
        case tunnel
    }

    /// Bytes that a proxy holds at most; it passes on what it has then.
    static let maximumBytes = 4 << 20

    /// What a response begins with. Bytes of other protocols pass at once, without a wait for the end of headers.
    private static let beginning = Array("HTTP/1.".utf8)

    private var stage = Self.nextHead
    private var held = 0
    private let limit: Int

    init(_ buffering: ResponseBuffering) {
        switch buffering {
        case .bytes(let bytes): limit = min(max(bytes, 1), Self.maximumBytes)
        case .whole: limit = Self.maximumBytes
        }
    }

    private static var nextHead: Stage { .head(ResponseParser(allowsHTTP10: true), checked: 0) }

    /// - Returns: How many bytes pass now, of these and of those held before.
    mutating func take(_ bytes: UnsafeRawBufferPointer) -> Int {
        var rest = bytes
        var passing = 0
        while !rest.isEmpty {
            let before = rest.count
            let isComplete = takePart(&rest)
            held += before - rest.count
            if isComplete || held >= limit { passing += finish() }
        }
        return passing
    }

    /// Passes on what is held: the server closed the connection.
    mutating func finish() -> Int {
        defer { held = 0 }
        return held
    }

    /// Takes bytes of the current response; at least one.
    ///
    /// - Returns: Whether what is held may pass.
    private mutating func takePart(_ rest: inout UnsafeRawBufferPointer) -> Bool {
        switch stage {
        case .head(let parser, let checked): return takeHead(&rest, parser, checked)
        case .counted(let missing):
            let count = min(missing, rest.count)
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            stage = count == missing ? Self.nextHead : .counted(missing: missing - count)
            return count == missing
        case .chunked(let reader): return takeChunks(&rest, reader)
        case .untilClose:
            rest = UnsafeRawBufferPointer(rebasing: rest[rest.count...])
            return false
        case .tunnel:
            rest = UnsafeRawBufferPointer(rebasing: rest[rest.count...])
            return true
        }
    }

    private mutating func takeHead(
        _ rest: inout UnsafeRawBufferPointer, _ known: ResponseParser, _ checked: Int
    ) -> Bool {
        let unchecked = Self.beginning.dropFirst(checked)
        guard zip(rest, unchecked).allSatisfy(==) else { return tunnel(&rest) }
        var parser = known
        var unread = ByteBuffer(bytes: rest)
        do throws(ResponseFault) {
            let head = try parser.next(from: &unread)
            let taken = rest.count - unread.readableBytes
            rest = UnsafeRawBufferPointer(rebasing: rest[taken...])
            guard let head else {
                stage = .head(parser, checked: min(checked + taken, Self.beginning.count))
                return false
            }
            stage = Self.stage(after: head)
            if case .head = stage { return true }
            return false
        } catch {
            return tunnel(&rest)
        }
    }

    private mutating func tunnel(_ rest: inout UnsafeRawBufferPointer) -> Bool {
        stage = .tunnel
        return takePart(&rest)
    }

    private mutating func takeChunks(_ rest: inout UnsafeRawBufferPointer, _ known: ChunkedReader) -> Bool {
        var reader = known
        do throws(ChunkedFault) {
            while try reader.nextContent(&rest) != nil {}
            stage = reader.isComplete ? Self.nextHead : .chunked(reader)
            return reader.isComplete
        } catch {
            return tunnel(&rest)
        }
    }

    private static func stage(after head: ResponseHead) -> Stage {
        if head.status == 101 { return .tunnel }
        if head.isInterim || head.status == 204 || head.status == 304 { return nextHead }
        let codings = head.fields.list("transfer-encoding")
        if let last = codings.last {
            return last.equalsIgnoringCase("chunked") ? .chunked(ChunkedReader(isFollowed: true)) : .untilClose
        }
        guard let text = head.fields.single("content-length"), let length = Int(text), length >= 0 else {
            return .untilClose
        }
        return length == 0 ? nextHead : .counted(missing: length)
    }
}

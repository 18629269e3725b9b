import HTTP
import WebSocketProtocol
import WireAccounting

/// Reads the requests and responses of one HTTP/1.1 connection, and pairs them.
struct HTTPReader: ProtocolReader {
    let wireProtocol = WireProtocol.http1
    private(set) var firstTarget: String?

    private struct Request {
        var isHEAD = false
        var isConnect = false
        var opening: WebSocketOpeningKind?
        var path = ""
    }

    private enum Half {
        /// At or within headers; this many bytes have been searched for their end.
        case head(searched: Int)
        case body(BodyReader)
        /// A request asked for another protocol; the response decides.
        case waiting
    }

    private static let mostPending = 1_000

    private var up = Half.head(searched: 0)
    private var down = Half.head(searched: 0)
    private var pending: [Request] = []

    func layerOfHeldBytes(_ direction: Direction) -> ByteLayer {
        if direction == .up, case .waiting = up { return .handshake }
        return direction == .down && pending.first?.opening != nil ? .handshake : .httpHead
    }

    mutating func read(_ bytes: UnsafeRawBufferPointer, _ direction: Direction, _ sink: inout ByteSink) -> ReadingStep {
        switch direction == .up ? up : down {
        case .waiting: return .waiting
        case .body(var body):
            let used = body.read(bytes, direction, &sink)
            set(body.isComplete ? .head(searched: 0) : .body(body), direction)
            return .used(used)
        case .head(let searched):
            guard let length = HeadLines.length(bytes, from: searched) else {
                set(.head(searched: bytes.count), direction)
                return .waiting
            }
            let head = HeadLines(Array(bytes[..<length]))
            set(.head(searched: 0), direction)
            return direction == .up ? request(head, bytes, &sink) : response(head, bytes, &sink)
        }
    }

    private mutating func set(_ half: Half, _ direction: Direction) {
        if direction == .up { up = half } else { down = half }
    }

    // MARK: Requests

    private mutating func request(
        _ head: HeadLines, _ bytes: UnsafeRawBufferPointer, _ sink: inout ByteSink
    ) -> ReadingStep {
        let words = head.words
        guard words.count == 3, words[2].hasPrefix("HTTP/1.") else {
            sink.fault("\(head.startText.quotedLine) is not an HTTP/1.1 request line", .up)
            return .become(UnknownReader())
        }
        guard pending.count < Self.mostPending else {
            let reason = "more than \(Self.mostPending) requests wait for a response"
            sink.fault("\(reason), so the rest of the connection is not read as HTTP", .up)
            return .become(UnknownReader())
        }
        let fields = head.headerFields
        let opening = WebSocketOpeningKind(request: fields)
        let length = head.bytes.count + (opening?.requestTail ?? 0)
        guard bytes.count >= length else { return .waiting }
        if firstTarget == nil { firstTarget = words[1] }
        let request = Request(
            isHEAD: words[0] == "HEAD", isConnect: words[0] == "CONNECT", opening: opening,
            path: String(words[1].prefix { $0 != "?" }))
        pending.append(request)
        sink.count(\.requests)
        sink.begin(.request, "\(words[0]) \(words[1])", .up)
        let isHandshake = opening != nil || request.isConnect
        sink.book(
            UnsafeRawBufferPointer(rebasing: bytes[..<length]), isHandshake ? .handshake : .httpHead, .up)
        if isHandshake {
            sink.end(.up)
            up = .waiting
        } else if let body = BodyReader(ofRequest: fields) {
            up = .body(body)
        } else {
            sink.end(.up)
        }
        return .used(length)
    }

    // MARK: Responses

    private mutating func response(
        _ head: HeadLines, _ bytes: UnsafeRawBufferPointer, _ sink: inout ByteSink
    ) -> ReadingStep {
        guard let status = head.status else {
            sink.fault("\(head.startText.quotedLine) is not an HTTP/1.1 status line", .down)
            return .become(UnknownReader())
        }
        let title = head.words.dropFirst().joined(separator: " ")
        if (100...199).contains(status), status != 101 {
            sink.begin(.response, title, .down)
            sink.book(UnsafeRawBufferPointer(rebasing: bytes[..<head.bytes.count]), .httpHead, .down)
            sink.end(.down)
            return .used(head.bytes.count)
        }
        let request = pending.first ?? Request()
        if status == 101 { return switched(head, request.opening ?? .framed, bytes, &sink) }
        if !pending.isEmpty { pending.removeFirst() }
        if case .waiting = up { up = .head(searched: 0) }
        let isHandshake = request.opening != nil || request.isConnect
        sink.count(\.responses)
        sink.begin(.response, title, .down)
        sink.book(
            UnsafeRawBufferPointer(rebasing: bytes[..<head.bytes.count]), isHandshake ? .handshake : .httpHead, .down)
        if request.isConnect, (200...299).contains(status) {
            sink.end(.down)
            return .become(FirstBytesReader(), used: head.bytes.count)
        }
        let response = ResponseBody(
            status: status, fields: head.headerFields, path: request.path, isHandshake: isHandshake)
        if !request.isHEAD, let body = BodyReader(ofResponse: response) {
            down = .body(body)
            if body.isStreamed { sink.end(.down) }
        } else {
            sink.end(.down)
        }
        return .used(head.bytes.count)
    }

    private func switched(
        _ head: HeadLines, _ opening: WebSocketOpeningKind, _ bytes: UnsafeRawBufferPointer, _ sink: inout ByteSink
    ) -> ReadingStep {
        let length = head.bytes.count + opening.responseTail
        guard bytes.count >= length else { return .waiting }
        sink.count(\.responses)
        sink.begin(.response, head.words.dropFirst().joined(separator: " "), .down)
        sink.book(UnsafeRawBufferPointer(rebasing: bytes[..<length]), .handshake, .down)
        sink.end(.down)
        guard opening == .framed else { return .become(HixieReader(), used: length) }
        let deflate = DeflateParameters(agreedIn: head.headerFields)
        return .become(WebSocketReader(deflate: deflate, inflates: sink.limits.inflates), used: length)
    }
}

/// What decides how the body of a response is read.
struct ResponseBody {
    let status: Int
    let fields: HeaderFields
    /// Path of its request; empty if the request was not seen.
    let path: String
    /// Whether the request asked for another protocol, so that the body is part of the refused handshake.
    let isHandshake: Bool
}

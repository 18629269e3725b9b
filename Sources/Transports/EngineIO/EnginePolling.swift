import HTTP
import NIOCore
import WireAccounting

/// The polling of Engine.IO over HTTP/1.1: one request after another on one connection.
///
/// A client may have a GET and a POST under way at once. This one has only one request: the server answers its GET with
/// a ping, too, so nothing waits for long.
struct EnginePolling: Sendable {
    /// What the server's response to the request under way is.
    enum Exchange: Equatable, Sendable {
        /// The packets of the server.
        case packets
        /// The confirmation of packets of the client.
        case confirmation
    }

    /// A part of the connection's bytes.
    enum Event: Equatable {
        /// Bytes of headers, or of the framing of chunks.
        case bytes(Int, ByteLayer)
        /// A body is complete; its bytes are not reported yet.
        case body([UInt8], Exchange)
        /// The server violated HTTP or Engine.IO: the words after "the server sent", and the bytes of this violation.
        case fault(String, bytes: Int)
    }

    private enum Body {
        case none
        case counted(remaining: Int)
        case chunked(ChunkedReader)
    }

    /// Bytes of a response at most, as `maxPayload` of most servers, a hundredfold.
    static let longestBody = 100 << 20

    private let headLines: [String]
    private var underWay: Exchange?
    private var parser = ResponseParser()
    private var body = Body.none
    private var status = 0
    private var content: [UInt8] = []

    /// - Parameters:
    ///   - host: For the field `Host`.
    ///   - fields: Of each request, in addition to those of polling.
    init(host: String, fields: [(name: String, value: String)]) {
        headLines = ["Host: \(host)", "Accept: */*"] + fields.map { "\($0.name): \($0.value)" }
    }

    /// Whether a request can be sent.
    var isIdle: Bool { underWay == nil }

    /// Content of a response that is not complete.
    var unfinishedBytes: Int { content.count }

    // MARK: Requests

    /// A request for packets.
    mutating func get(_ target: String) -> ByteBuffer {
        begin(.packets)
        return ByteBuffer(string: head("GET \(target)", []))
    }

    /// A request with packets, separated by U+001E.
    ///
    /// - Returns: The headers, and the body.
    mutating func post(_ target: String, _ packets: [EnginePacket]) -> (head: ByteBuffer, body: ByteBuffer) {
        begin(.confirmation)
        let body = ByteBuffer(string: packets.map(\.text).joined(separator: "\u{1e}"))
        let lines = ["Content-Type: text/plain;charset=UTF-8", "Content-Length: \(body.readableBytes)"]
        return (ByteBuffer(string: head("POST \(target)", lines)), body)
    }

    private mutating func begin(_ exchange: Exchange) {
        (underWay, parser, body, content) = (exchange, ResponseParser(), .none, [])
    }

    private func head(_ start: String, _ lines: [String]) -> String {
        (["\(start) HTTP/1.1"] + headLines + lines).joined(separator: "\r\n") + "\r\n\r\n"
    }

    // MARK: Responses

    /// Takes the next part of a response.
    ///
    /// - Parameters:
    ///   - bytes: Unread input.
    ///   - layer: That of headers.
    /// - Returns: `nil` while bytes are missing.
    mutating func next(from bytes: inout ByteBuffer, heads layer: ByteLayer) -> Event? {
        guard let underWay else {
            guard bytes.readableBytes > 0 else { return nil }
            return .fault("bytes without a request", bytes: 0)
        }
        switch body {
        case .none: return readHead(&bytes, layer)
        case .counted(let remaining): return readCounted(&bytes, remaining, underWay)
        case .chunked(let reader): return readChunked(&bytes, reader, underWay)
        }
    }

    private mutating func readHead(_ bytes: inout ByteBuffer, _ layer: ByteLayer) -> Event? {
        let before = bytes.readableBytes
        if before == 0 { return nil }
        do throws(ResponseFault) {
            guard let head = try parser.next(from: &bytes) else { return .bytes(before, layer) }
            let used = before - bytes.readableBytes
            if !head.isInterim, let fault = begin(head) { return .fault(fault, bytes: used) }
            return .bytes(used, layer)
        } catch {
            return .fault("a response that is not HTTP: \(error)", bytes: before - bytes.readableBytes)
        }
    }

    /// - Returns: What is wrong with the headers; `nil` if nothing is.
    private mutating func begin(_ head: ResponseHead) -> String? {
        status = head.status
        if head.fields.list("Transfer-Encoding", contains: "chunked") {
            body = .chunked(ChunkedReader(isFollowed: true))
            return nil
        }
        guard let text = head.fields.single("Content-Length"), let length = Int(text), length >= 0 else {
            return "a response without a length, status \(status)"
        }
        guard length <= Self.longestBody else { return "a response of \(length) B; allowed \(Self.longestBody) B" }
        body = .counted(remaining: length)
        return nil
    }

    private mutating func readCounted(
        _ bytes: inout ByteBuffer, _ remaining: Int, _ exchange: Exchange
    ) -> Event? {
        let count = min(remaining, bytes.readableBytes)
        content += bytes.readBytes(length: count) ?? []
        if count == remaining { return complete(exchange) }
        body = .counted(remaining: remaining - count)
        return nil
    }

    private mutating func readChunked(
        _ bytes: inout ByteBuffer, _ reader: ChunkedReader, _ exchange: Exchange
    ) -> Event? {
        var reader = reader
        let (available, before) = (bytes.readableBytes, content.count)
        do throws(ChunkedFault) {
            let (used, framing) = try read(bytes, by: &reader)
            bytes.moveReaderIndex(forwardBy: used)
            body = .chunked(reader)
            if content.count > Self.longestBody {
                return .fault("a response of more than \(Self.longestBody) B", bytes: framing)
            }
            if framing > 0 { return .bytes(framing, .framing) }
            return reader.isComplete ? complete(exchange) : nil
        } catch {
            bytes.moveReaderIndex(forwardBy: available)
            content.removeLast(content.count - before)
            return .fault("a body that is not chunked: \(error)", bytes: available)
        }
    }

    /// - Returns: Bytes used, and those of them that are framing.
    private mutating func read(
        _ bytes: ByteBuffer, by reader: inout ChunkedReader
    ) throws(ChunkedFault) -> (used: Int, framing: Int) {
        let copy = Array(bytes.readableBytesView)
        let before = content.count
        // Typed errors do not pass through closures of the standard library.
        let result = copy.withUnsafeBytes { raw -> Result<Int, ChunkedFault> in
            var rest = raw
            do throws(ChunkedFault) {
                while let part = try reader.nextContent(&rest) { content += part }
                return .success(raw.count - rest.count)
            } catch {
                return .failure(error)
            }
        }
        let used = try result.get()
        return (used, used - (content.count - before))
    }

    private mutating func complete(_ exchange: Exchange) -> Event {
        defer { (underWay, content, body) = (nil, [], .none) }
        guard status == 200 else {
            let text = String(decoding: content.prefix(60), as: UTF8.self).printableASCII
            return .fault("status \(status): \(text)", bytes: content.count)
        }
        return .body(content, exchange)
    }
}

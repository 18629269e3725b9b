import Measurement
import NIOCore

// Each function prepares one operation: what it reads is made before, and is the same each time.

private let payload = ByteBuffer(repeating: UInt8(ascii: "x"), count: 128)

/// The frame of an item, which the server encodes once for all its WebSockets.
func encodeFrame() -> Operation {
    Operation(name: "encode-frame") { FrameEncoder.unmaskedFrame(.text, payload: payload).readableBytes }
}

/// The response to a poll, with one item.
func encodeResponse() -> Operation {
    let context = ResponseContext(date: "Thu, 01 Jan 2026 00:00:00 GMT")
    let fields = [ResponseField("Last-Sequence", "42")]
    return Operation(name: "encode-response") {
        var buffer = ByteBufferAllocator().buffer(capacity: 400)
        HTTPResponse.writeHead(
            .ok, contentType: "text/plain; charset=utf-8", contentLength: 129, fields: fields, context: context,
            into: &buffer)
        buffer.writeImmutableBuffer(payload)
        return buffer.readableBytes
    }
}

/// One frame with an item, as a client reads it.
func decodeFrame() -> Operation {
    let wire = FrameEncoder.unmaskedFrame(.text, payload: payload)
    var endpoint = WebSocketEndpoint(role: .client)
    return Operation(name: "decode-frame") {
        var bytes = wire
        endpoint.receive(&bytes)
        guard case .message(_, let content)? = try? endpoint.nextEvent() else {
            fatalError("the frame of an item was not read as a message")
        }
        return content.readableBytes
    }
}

func parseRequest() -> Operation {
    parse("parse-request", "GET /long-poll?after=41 HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n")
}

func parseBrowserRequest() -> Operation {
    parse(
        "parse-browser-request",
        """
        GET /long-poll?after=41 HTTP/1.1\r
        Host: 127.0.0.1:8080\r
        User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0\r
        Accept: */*\r
        Accept-Language: en-US,en;q=0.9\r
        Accept-Encoding: gzip, deflate, br\r
        Connection: keep-alive\r
        Referer: http://127.0.0.1:8080/\r
        Sec-Fetch-Dest: empty\r
        Sec-Fetch-Mode: cors\r
        Sec-Fetch-Site: same-origin\r
        \r

        """)
}

private func parse(_ name: String, _ request: String) -> Operation {
    let wire = ByteBuffer(string: request)
    var parser = RequestParser()
    return Operation(name: name) {
        var bytes = wire
        guard let head = try? parser.next(from: &bytes), head.host?.count == 14, bytes.readableBytes == 0 else {
            fatalError("the request was not read")
        }
        return head.path.count
    }
}

/// The bytes of an item under their layers.
func bookBytes() -> Operation {
    var ledger = ByteLedger()
    return Operation(name: "book-bytes") {
        ledger.book(2, .webSocketFrameHeader, .down)
        ledger.book(12, .envelope, .down)
        ledger.book(128, .payload, .down)
        return 3
    }
}

/// A delay in the histogram.
func bookDelay() -> Operation {
    var histogram = LatencyHistogram()
    var delay: Int64 = 0
    return Operation(name: "book-delay") {
        delay = (delay + 7_919_000) % 1_000_000_000
        histogram.record(nanoseconds: delay)
        return 1
    }
}

/// An item in order.
func bookItem() -> Operation {
    var ledger = DeliveryLedger(after: 0)
    var sequence: UInt64 = 0
    return Operation(name: "book-item") {
        sequence += 1
        return ledger.itemReceived(sequence) == .fresh ? 1 : 0
    }
}

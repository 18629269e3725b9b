import Feed
import Measurement
import NIOCore

/// The server's half of `POST /echo`: sends the body back as it came, once all of it is there.
///
/// A body that came whole is written from the bytes it was read into; only one that came in parts is put together.
package struct EchoPostSubscriber: Subscriber {
    private var missing: Int
    private var body = ByteBuffer()
    private let responseHead: ByteBuffer
    private let awaitsContinue: Bool
    private let unfinishedBody: MemoryShare?
    private let date: String

    // RFC 9110 §15.2.1; a client that asked for it may hold its body back.
    private static let goOn: StaticString = "HTTP/1.1 100 Continue\r\n\r\n"

    /// - Parameters:
    ///   - head: A request whose length the driver has found to be within its limit.
    ///   - context: The second in which the head came, and whether the connection ends after the response.
    ///   - memory: What all clients' unfinished bodies may take; `nil` without bound.
    package init(for head: RequestHead, context: EncodingContext, memory: MemoryBudget? = nil) {
        unfinishedBody = MemoryShare(of: memory)
        date = context.date
        missing = head.contentLength
        responseHead = Self.responseHead(for: head, context)
        awaitsContinue = missing > 0 && head.expectsContinue
    }

    package mutating func opened(_ window: FeedWindow, at now: MonotonicInstant) -> SubscriberActions {
        if missing == 0 { return answer() }
        return awaitsContinue ? SubscriberActions(.bytes(ByteBuffer(staticString: Self.goOn))) : .none
    }

    package mutating func received(_ bytes: inout ByteBuffer, window: FeedWindow) -> SubscriberActions {
        guard let part = bytes.readSlice(length: min(missing, bytes.readableBytes)) else { return .none }
        missing -= part.readableBytes
        if body.readableBytes == 0 { body = part } else { body.writeImmutableBuffer(part) }
        if missing == 0 { return answer() }
        return unfinishedBody?.resize(to: body.readableBytes) == false ? refuse() : .none
    }

    private mutating func refuse() -> SubscriberActions {
        body = ByteBuffer()
        let fault = RequestFault(.serviceUnavailable, "the server's memory for unfinished bodies is used up")
        return SubscriberActions(
            .bytes(ResponseHead.refusal(fault, context: EncodingContext(date: date, closing: true))), then: .close)
    }

    private func answer() -> SubscriberActions {
        guard body.readableBytes > 0 else { return SubscriberActions(.bytes(responseHead), then: .nextRequest) }
        return SubscriberActions(.bytes(responseHead), .bytes(body), then: .nextRequest)
    }

    // Written piece by piece: such a head is made for every request, and no string for it.
    private static func responseHead(for head: RequestHead, _ context: EncodingContext) -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: 192)
        buffer.writeStaticString("HTTP/1.1 200 OK\r\nDate: ")
        buffer.writeString(context.date)
        buffer.writeStaticString("\r\nContent-Type: ")
        if let type = head.field("content-type"), let bytes = head.slice(type) {
            buffer.writeImmutableBuffer(bytes)
        } else {
            // RFC 9110 §8.3: what a recipient may take a body without a type for.
            buffer.writeStaticString("application/octet-stream")
        }
        buffer.writeStaticString("\r\nContent-Length: ")
        buffer.writeString("\(head.contentLength)")
        buffer.writeStaticString("\r\n")
        // Every POST of a browser has an Origin; only a browser would take the body for something else than it is.
        if head.origin != nil { buffer.writeStaticString("X-Content-Type-Options: nosniff\r\n") }
        for field in context.fields { buffer.writeString("\(field.name): \(field.value)\r\n") }
        if context.closing { buffer.writeStaticString("Connection: close\r\n") }
        buffer.writeStaticString("\r\n")
        return buffer
    }
}

extension RequestHead {
    /// Whether the client waits for a word before it sends its body (RFC 9110 §10.1.1; HTTP/1.0 knows no such thing).
    fileprivate var expectsContinue: Bool {
        guard !isHTTP10, let value = field("expect") else { return false }
        return bytes.withUnsafeReadableBytes { HeadReader.equalsFolded($0, value, "100-continue") }
    }

    /// Place of the value of the first field of this name, which is given in lower case.
    fileprivate func field(_ name: StaticString) -> Range<Int>? {
        bytes.withUnsafeReadableBytes { raw in
            fields.first { HeadReader.equalsFolded(raw, $0.name, name) }?.value
        }
    }

    fileprivate func slice(_ range: Range<Int>) -> ByteBuffer? {
        bytes.getSlice(at: bytes.readerIndex + range.lowerBound, length: range.count)
    }
}

import HTTP
import NIOCore

/// The server's half of `POST /echo`: the answer that sends the body back as it came.
package enum EchoPost {
    /// The head of the answer to a request; the body follows it as it came.
    ///
    /// Written piece by piece: such a head is made for every request, and no string for it.
    package static func responseHead(
        for head: RequestHead, contentLength: Int, context: ResponseContext
    ) -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: 192)
        buffer.writeStaticString("HTTP/1.1 200 OK\r\nDate: ")
        buffer.writeString(context.date)
        buffer.writeStaticString("\r\nContent-Type: ")
        let type = head.field("content-type").flatMap {
            head.bytes.getSlice(at: head.bytes.readerIndex + $0.lowerBound, length: $0.count)
        }
        if let type {
            buffer.writeImmutableBuffer(type)
        } else {
            // RFC 9110 §8.3: what a recipient may take a body without a type for.
            buffer.writeStaticString("application/octet-stream")
        }
        buffer.writeStaticString("\r\nContent-Length: ")
        buffer.writeString("\(contentLength)")
        buffer.writeStaticString("\r\n")
        // A browser must not take the body for a page. It takes no text/plain for one, and every POST of a page has an
        // Origin, so the load generator's answers do without the field.
        if head.origin != nil || type?.readableBytesView.elementsEqual("text/plain".utf8) != true {
            buffer.writeStaticString("X-Content-Type-Options: nosniff\r\n")
        }
        for field in context.fields { buffer.writeString("\(field.name): \(field.value)\r\n") }
        if context.closing { buffer.writeStaticString("Connection: close\r\n") }
        buffer.writeStaticString("\r\n")
        return buffer
    }
}

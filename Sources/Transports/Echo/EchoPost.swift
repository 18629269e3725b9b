import HTTP
import NIOCore

/// The server's half of `POST /echo`: the response returns the request body unchanged.
package enum EchoPost {
    /// The status line and headers of the response; the body follows unchanged.
    ///
    /// Written piece by piece, so that a request allocates no string for them.
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
            // RFC 9110 §8.3: the type that a recipient may assume for a body without Content-Type.
            buffer.writeStaticString("application/octet-stream")
        }
        buffer.writeStaticString("\r\nContent-Length: ")
        buffer.writeString("\(contentLength)")
        buffer.writeStaticString("\r\n")
        // A browser must not render the body as a page. It does not render text/plain as one, and each POST from a page
        // has an Origin. So responses to the load generator omit the field.
        if head.origin != nil || type?.readableBytesView.elementsEqual("text/plain".utf8) != true {
            buffer.writeStaticString("X-Content-Type-Options: nosniff\r\n")
        }
        for field in context.fields { buffer.writeString("\(field.name): \(field.value)\r\n") }
        if context.closing { buffer.writeStaticString("Connection: close\r\n") }
        buffer.writeStaticString("\r\n")
        return buffer
    }
}

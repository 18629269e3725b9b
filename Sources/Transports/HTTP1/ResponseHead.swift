import NIOCore

/// Writes HTTP/1.1 response heads.
package enum ResponseHead {
    /// `contentLength` is `nil` where the status forbids a body (RFC 9110 §8.6: 1xx and 204).
    package static func write(
        _ status: HTTPStatus, contentType: String? = nil, contentLength: Int?, fields: [ResponseField] = [],
        context: EncodingContext, into buffer: inout ByteBuffer
    ) {
        buffer.writeString("HTTP/1.1 \(status.rawValue) \(status.reason)\r\nDate: \(context.date)\r\n")
        if let contentType { buffer.writeString("Content-Type: \(contentType)\r\n") }
        if let contentLength { buffer.writeString("Content-Length: \(contentLength)\r\n") }
        for field in fields { buffer.writeString("\(field.name): \(field.value)\r\n") }
        for field in context.fields { buffer.writeString("\(field.name): \(field.value)\r\n") }
        if context.closing { buffer.writeString("Connection: close\r\n") }
        buffer.writeString("\r\n")
    }

    /// A response as HTTP/1.1 writes it; of one that lasts, its head and its beginning.
    package static func encode(_ response: HTTPResponse, context: EncodingContext) -> ByteBuffer {
        var buffer = ByteBuffer()
        var fields = response.fields
        var length: Int?
        switch response.body {
        case .none: break
        case .whole(let body): length = body.readableBytes
        case .stream(.chunked, _): fields.insert(ResponseField("Transfer-Encoding", "chunked"), at: 0)
        case .stream(.unframed, _): break
        }
        write(
            response.status, contentType: response.contentType, contentLength: length, fields: fields,
            context: context, into: &buffer)
        switch response.body {
        case .none: break
        case .whole(let bytes), .stream(_, beginning: let bytes): buffer.writeImmutableBuffer(bytes)
        }
        return buffer
    }

    /// A whole response with a short text body.
    package static func text(
        _ status: HTTPStatus, _ body: String, contentType: String = "text/plain; charset=utf-8",
        fields: [ResponseField] = [], withBody: Bool = true, context: EncodingContext
    ) -> ByteBuffer {
        var buffer = ByteBuffer()
        write(
            status, contentType: contentType, contentLength: body.utf8.count,
            fields: [ResponseField("Cache-Control", "no-store")] + fields, context: context, into: &buffer)
        if withBody { buffer.writeString(body) }
        return buffer
    }

    /// An interim response: the client may send its body (RFC 9110 §15.2.1).
    package static let goOn: StaticString = "HTTP/1.1 100 Continue\r\n\r\n"

    /// A response without its body, as HEAD gets it (RFC 9110 §9.3.2).
    package static func withoutBody(_ response: ByteBuffer) -> ByteBuffer {
        guard let end = response.readableBytesView.firstRange(of: "\r\n\r\n".utf8),
            let head = response.getSlice(at: response.readerIndex, length: end.upperBound - response.readerIndex)
        else { return response }
        return head
    }

    /// The answer to a refused request: its sentence as the body, left out where there may be none.
    package static func refusal(
        _ fault: RequestFault, withBody: Bool = true, context: EncodingContext
    ) -> ByteBuffer {
        text(
            fault.status, fault.sentence + "\n", fields: [noSniffing] + fault.fields, withBody: withBody,
            context: context)
    }

    /// A page about the server: no browser takes it for anything but what it says it is.
    package static func page(
        _ status: HTTPStatus, _ body: String, contentType: String = "text/plain; charset=utf-8",
        context: EncodingContext
    ) -> ByteBuffer {
        text(status, body, contentType: contentType, fields: [noSniffing], context: context)
    }

    private static let noSniffing = ResponseField("X-Content-Type-Options", "nosniff")
}

import NIOCore

/// A response, independent of the HTTP version that encodes it.
package struct HTTPResponse: Sendable, Equatable {
    package enum Body: Sendable, Equatable {
        /// The status forbids one (RFC 9110 §8.6).
        case none
        case whole(ByteBuffer)
        /// Begins with these bytes and continues until the exchange ends.
        case stream(BodyFraming, beginning: ByteBuffer)
    }

    package var status: HTTPStatus
    package var contentType: String?
    package var fields: [ResponseField]
    package var body: Body

    package init(_ status: HTTPStatus, contentType: String? = nil, fields: [ResponseField] = [], body: Body = .none) {
        self.status = status
        self.contentType = contentType
        self.fields = fields
        self.body = body
    }
}

/// What a connection adds to each of its responses.
package struct ResponseContext: Hashable, Sendable {
    /// The current second in the format of the `Date` header.
    package var date: String
    /// Whether the connection ends after this response.
    package var closing: Bool
    /// Headers for this client only, such as CORS headers for a page of another origin; usually empty.
    package var fields: [ResponseField]

    package init(date: String, closing: Bool = false, fields: [ResponseField] = []) {
        self.date = date
        self.closing = closing
        self.fields = fields
    }
}

// MARK: - Encoding as HTTP/1.1

extension HTTPResponse {
    /// The whole response; of a stream, its headers and the beginning of its body.
    package func encoded(_ context: ResponseContext) -> ByteBuffer {
        var buffer = ByteBuffer()
        var fields = fields
        var length: Int?
        switch body {
        case .none: break
        case .whole(let body): length = body.readableBytes
        case .stream(.chunked, _): fields.insert(ResponseField("Transfer-Encoding", "chunked"), at: 0)
        case .stream(.unframed, _): break
        }
        Self.writeHead(
            status, contentType: contentType, contentLength: length, fields: fields, context: context, into: &buffer)
        switch body {
        case .none: break
        case .whole(let bytes), .stream(_, beginning: let bytes): buffer.writeImmutableBuffer(bytes)
        }
        return buffer
    }

    /// `contentLength` is `nil` where the status forbids a body (RFC 9110 §8.6: 1xx and 204).
    package static func writeHead(
        _ status: HTTPStatus, contentType: String? = nil, contentLength: Int?, fields: [ResponseField] = [],
        context: ResponseContext, into buffer: inout ByteBuffer
    ) {
        buffer.writeString("HTTP/1.1 \(status.rawValue) \(status.reason)\r\nDate: \(context.date)\r\n")
        if let contentType { buffer.writeString("Content-Type: \(contentType)\r\n") }
        if let contentLength { buffer.writeString("Content-Length: \(contentLength)\r\n") }
        for field in fields { buffer.writeString("\(field.name): \(field.value)\r\n") }
        for field in context.fields { buffer.writeString("\(field.name): \(field.value)\r\n") }
        if context.closing { buffer.writeString("Connection: close\r\n") }
        buffer.writeString("\r\n")
    }

    /// A whole response with a short text body.
    package static func text(
        _ status: HTTPStatus, _ body: String, contentType: String = "text/plain; charset=utf-8",
        fields: [ResponseField] = [], withBody: Bool = true, context: ResponseContext
    ) -> ByteBuffer {
        var buffer = ByteBuffer()
        writeHead(
            status, contentType: contentType, contentLength: body.utf8.count,
            fields: [ResponseField("Cache-Control", "no-store")] + fields, context: context, into: &buffer)
        if withBody { buffer.writeString(body) }
        return buffer
    }

    /// The response to a refused request: its body is the fault's sentence, omitted where a body is not allowed.
    package static func refusal(
        _ fault: RequestFault, withBody: Bool = true, context: ResponseContext
    ) -> ByteBuffer {
        text(
            fault.status, fault.sentence + "\n", fields: [noSniffing] + fault.fields, withBody: withBody,
            context: context)
    }

    /// A page about the server; browsers must not guess another media type.
    package static func page(
        _ status: HTTPStatus, _ body: String, contentType: String = "text/plain; charset=utf-8",
        context: ResponseContext
    ) -> ByteBuffer {
        text(status, body, contentType: contentType, fields: [noSniffing], context: context)
    }

    private static let noSniffing = ResponseField("X-Content-Type-Options", "nosniff")

    /// An interim response: the client may send its body (RFC 9110 §15.2.1).
    package static let interimContinue: StaticString = "HTTP/1.1 100 Continue\r\n\r\n"

    /// An encoded response without its body, for HEAD (RFC 9110 §9.3.2).
    package static func withoutBody(_ response: ByteBuffer) -> ByteBuffer {
        guard let end = response.readableBytesView.firstRange(of: "\r\n\r\n".utf8),
            let head = response.getSlice(at: response.readerIndex, length: end.upperBound - response.readerIndex)
        else { return response }
        return head
    }
}

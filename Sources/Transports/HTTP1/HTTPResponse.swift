import NIOCore

/// What an answer says, before a version of HTTP makes bytes of it: HTTP/1.1 writes a head and a body, HTTP/2 frames.
package struct HTTPResponse: Sendable, Equatable {
    package enum Body: Sendable, Equatable {
        /// The status forbids one (RFC 9110 §8.6).
        case none
        case whole(ByteBuffer)
        /// Begins with these bytes and goes on until the exchange ends.
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

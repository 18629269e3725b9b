import NIOCore

/// Request line and headers of one HTTP/1 request, as ranges of the received bytes: reading allocates no strings.
package struct RequestHead: Sendable {
    package enum Method: Sendable, Equatable {
        case get, head, post, options
        /// A valid token that the server does not support.
        case other

        /// The name in a request line; empty for ``other``.
        package var name: String {
            switch self {
            case .get: "GET"
            case .head: "HEAD"
            case .post: "POST"
            case .options: "OPTIONS"
            case .other: ""
            }
        }
    }

    package struct Field: Sendable {
        package let name: Range<Int>
        package let value: Range<Int>
    }

    /// The bytes of request line and headers, including the empty line.
    package let bytes: ByteBuffer
    package let method: Method
    package let path: Range<Int>
    /// After the question mark; empty without one.
    package let query: Range<Int>
    package let fields: [Field]
    /// False after `Connection: close` and for HTTP/1.0 (RFC 9112 §9.3; 1.0 keep-alive is not offered).
    package let keepsAlive: Bool
    package let isHTTP10: Bool
    /// Length of the body; 0 without a body.
    package let contentLength: Int
    /// Whether a body of unknown length follows, in chunks (RFC 9112 §7.1).
    package let isChunked: Bool
    /// Whether the client waits for 100 before it sends the body (RFC 9110 §10.1.1); never in HTTP/1.0.
    package let expectsContinue: Bool
    /// Value of the first `If-None-Match`.
    package let ifNoneMatch: Range<Int>?
    /// Whether `Accept-Encoding` names gzip, without a weight.
    package let acceptsGzip: Bool
    /// Value of `Host`; `nil` without one, which HTTP/1.0 allows.
    package let host: Range<Int>?
    /// Value of `Origin`, which browsers send for pages.
    package let origin: Range<Int>?

    /// Whether a body may follow the headers.
    package var hasBody: Bool { contentLength > 0 || isChunked }

    package func text(_ range: Range<Int>) -> String {
        bytes.getString(at: bytes.readerIndex + range.lowerBound, length: range.count) ?? ""
    }

    package func pathEquals(_ other: StaticString) -> Bool {
        bytes.withUnsafeReadableBytes { $0.equals(path, other) }
    }

    /// Range of the value of the first field with this name, which must be in lower case.
    package func field(_ name: StaticString) -> Range<Int>? {
        bytes.withUnsafeReadableBytes { raw in fields.first { raw.equalsFolded($0.name, name) }?.value }
    }

    // MARK: As text, which allocates: not for the measured path

    /// Value of the first field with this name, which must be in lower case.
    package func value(of name: StaticString) -> String? {
        field(name).map { text($0) }
    }

    /// Path and query.
    package var target: String { text(path.lowerBound..<query.upperBound) }

    package var headerFields: HeaderFields {
        HeaderFields(fields.map { (text($0.name), text($0.value)) })
    }
}

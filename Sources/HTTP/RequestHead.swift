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
    package private(set) var bytes: ByteBuffer
    package let method: Method
    package let path: Range<Int>
    /// After the question mark; empty without one.
    package let query: Range<Int>
    /// The header lines, with the empty line. Few requests need them again, so their ranges are not kept.
    let fieldLines: Range<Int>
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

    /// Whether frames delimit the body of the response: those of an HTTP/2 stream.
    package var isFramed = false

    /// Whether a body may follow the headers.
    package var hasBody: Bool { contentLength > 0 || isChunked }

    /// The same with a copy of the bytes, which share memory with others: for a request that is kept.
    package var withOwnBytes: RequestHead {
        var copy = self
        copy.bytes = ByteBuffer(bytes: bytes.readableBytesView)
        return copy
    }

    package func text(_ range: Range<Int>) -> String {
        bytes.getString(at: bytes.readerIndex + range.lowerBound, length: range.count) ?? ""
    }

    package func pathEquals(_ other: StaticString) -> Bool {
        bytes.withUnsafeReadableBytes { $0.equals(path, other) }
    }

    /// Range of the value of the first field with this name, which must be in lower case.
    package func field(_ name: StaticString) -> Range<Int>? {
        bytes.withUnsafeReadableBytes { raw in
            var lines = FieldLines(raw: raw, rest: fieldLines)
            while let field = lines.next() {
                if raw.equalsFolded(field.name, name) { return field.value }
            }
            return nil
        }
    }

    // MARK: As text or array, which allocates: not for the measured path

    /// Value of the first field with this name, which must be in lower case.
    package func value(of name: StaticString) -> String? {
        field(name).map { text($0) }
    }

    /// Path and query.
    package var target: String { text(path.lowerBound..<query.upperBound) }

    package var headerFields: HeaderFields {
        HeaderFields(fields.map { (text($0.name), text($0.value)) })
    }

    package var fields: [Field] {
        bytes.withUnsafeReadableBytes { Array(IteratorSequence(FieldLines(raw: $0, rest: fieldLines))) }
    }
}

/// Reads the header lines of a request again, whose grammar is checked.
private struct FieldLines: IteratorProtocol {
    let raw: UnsafeRawBufferPointer
    var rest: Range<Int>

    mutating func next() -> RequestHead.Field? {
        let end = raw.lineEnd(from: rest.lowerBound)
        guard let colon = raw.first(UInt8(ascii: ":"), in: rest.lowerBound..<end) else { return nil }
        let name = rest.lowerBound..<colon
        rest = end + 2..<rest.upperBound
        return RequestHead.Field(name: name, value: raw.trimmed(colon + 1..<end))
    }
}

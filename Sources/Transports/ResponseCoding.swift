/// How a response's body is encoded: transfer coding, content coding and media type; and the response's validators.
package struct ResponseCoding: Equatable, Sendable {
    /// `Transfer-Encoding: chunked`.
    package var isChunked: Bool
    /// `Content-Encoding`, in lower case; `nil` without.
    var contentEncoding: String?
    /// `Content-Type`, in lower case; `nil` without.
    package var contentType: String?
    /// `ETag`, as sent; `nil` without, and for a listener that does not want validators.
    package var entityTag: String?
    /// `Last-Modified`, as sent; `nil` without, and for a listener that does not want validators.
    package var lastModified: String?

    package init(isChunked: Bool = false, contentEncoding: String? = nil, contentType: String? = nil) {
        self.isChunked = isChunked
        self.contentEncoding = contentEncoding
        self.contentType = contentType
    }

    var isGzip: Bool { contentEncoding == "gzip" }

    /// A sentence if the body is encoded although the client does not accept that.
    var unrequestedEncodingFault: String? {
        guard let contentEncoding, contentEncoding != "identity" else { return nil }
        return "the server encoded a response as \(contentEncoding.prefix(40)), which the client did not request"
    }
}

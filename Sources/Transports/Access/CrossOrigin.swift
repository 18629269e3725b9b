import HTTP

/// The response fields that let a page of another origin read a response (Fetch §3.2, CORS). Only requests with
/// `Origin` get them, so clients other than browsers receive no extra bytes.
package enum CrossOrigin {
    private static let maximumAgeSeconds = 600

    /// The fields that every response to this request has, errors included; empty if the page may not read it.
    package static func fields(for head: RequestHead, _ origins: OriginPolicy) -> [ResponseField] {
        guard head.origin != nil, case .allowed(let origin) = origins.relation(of: head) else { return [] }
        let fields = [
            ResponseField("Vary", "Origin"), ResponseField("Access-Control-Allow-Origin", origin),
            ResponseField("Access-Control-Expose-Headers", "Last-Sequence, Oldest-Sequence, ETag"),
        ]
        // The server's own page sends cookies only for their size.
        let hasCookie = origins.pagePort != nil && head.field("cookie") != nil
        return hasCookie ? fields + [ResponseField("Access-Control-Allow-Credentials", "true")] : fields
    }

    /// Whether the request is a CORS preflight.
    package static func isPreflight(_ head: RequestHead) -> Bool {
        head.method == .options && head.origin != nil && head.value(of: "access-control-request-method") != nil
    }

    /// The response to a preflight; ``fields(for:_:)`` are added to it.
    package static let preflight = HTTPResponse(
        .noContent,
        fields: [
            ResponseField("Access-Control-Allow-Methods", "GET, HEAD, POST"),
            ResponseField(
                "Access-Control-Allow-Headers", "Last-Event-ID, If-None-Match, Authorization, Content-Type"),
            ResponseField("Access-Control-Max-Age", "\(maximumAgeSeconds)"),
            ResponseField("Cache-Control", "no-store"),
        ])
}

import HTTP

/// What lets a page of another origin read an answer (Fetch §3.2, CORS). Only requests with `Origin` get it, so that
/// programs are sent not one byte more.
package enum CrossOrigin {
    private static let maximumAgeSeconds = 600

    /// The fields that every answer to this request has, refusals included; none for a page that may not read it.
    package static func fields(for head: RequestHead, _ origins: OriginPolicy) -> [ResponseField] {
        guard head.origin != nil, case .allowed(let origin) = origins.relation(of: head) else { return [] }
        return [
            ResponseField("Vary", "Origin"), ResponseField("Access-Control-Allow-Origin", origin),
            ResponseField("Access-Control-Expose-Headers", "Last-Sequence, Oldest-Sequence, ETag"),
        ]
    }

    /// Whether a browser asks what a page may do before the page does it.
    package static func isPreflight(_ head: RequestHead) -> Bool {
        head.method == .options && head.origin != nil && head.value(of: "access-control-request-method") != nil
    }

    /// The answer to it, beside ``fields(for:_:)``.
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

import HTTP

/// The response fields that restrict what the teaching page may do in a browser.
package enum PageSecurity {
    /// - Parameter origins: Origins of the lanes, such as `http://127.0.0.1:8081`; the page may connect to these and to
    ///   its own origin.
    /// - Returns: The fields of every response with a file of the page.
    package static func fields(connectingTo origins: [String]) -> [ResponseField] {
        // A WebSocket has an origin with another scheme.
        let sockets = origins.map { $0.replacing(/^http/, with: "ws") }
        let directives = [
            "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' blob: data:",
            "connect-src " + (["'self'"] + origins + sockets).joined(separator: " "),
            "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
        ]
        return [
            ResponseField("Content-Security-Policy", directives.joined(separator: "; ")),
            ResponseField("X-Content-Type-Options", "nosniff"),
            ResponseField("Referrer-Policy", "no-referrer"),
            ResponseField("Cross-Origin-Resource-Policy", "same-origin"),
        ] + (origins.contains(where: isTrustworthy) ? isolation : [])
    }

    /// Both together isolate the page; its clock then has a resolution of 5 µs to 20 µs instead of 100 µs to 1 ms (High
    /// Resolution Time §9.1).
    private static let isolation = [
        ResponseField("Cross-Origin-Opener-Policy", "same-origin"),
        ResponseField("Cross-Origin-Embedder-Policy", "require-corp"),
    ]

    /// Whether browsers isolate a page of this origin (Secure Contexts §3.1). For others they ignore the fields and
    /// write an error to their console.
    private static func isTrustworthy(_ origin: String) -> Bool {
        origin.hasPrefix("https:") || origin.firstMatch(of: /^http:\/\/(127\.[0-9.]+|localhost|\[::1\])(:|$)/) != nil
    }
}

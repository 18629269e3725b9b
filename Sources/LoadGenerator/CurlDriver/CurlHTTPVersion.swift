import CCurl
import Transports

/// libcurl's settings for requests that use the measured HTTP version, and no other.
struct CurlHTTPVersion {
    private let version: HTTPVersion
    private let encrypts: Bool

    init(_ version: HTTPVersion, encrypts: Bool) {
        self.version = version
        self.encrypts = encrypts
    }

    var isHTTP2: Bool { version.isHTTP2 }

    /// Call once per easy handle.
    func configure(_ easy: UnsafeMutableRawPointer) {
        pushlab_easy_set_long(easy, CURLOPT_HTTP_VERSION, Int(isHTTP2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1))
    }

    /// Call before each request. Does nothing for HTTP/1.1.
    ///
    /// With prior knowledge, libcurl 7.88.1 fails every request except a connection's first. With the setting for TLS
    /// (`2TLS`) it continues with the connection's version, in plaintext too. So a request with prior knowledge always
    /// gets a new connection, and never one that another client still uses.
    ///
    /// - Returns: Whether the request may open a connection. If another request did so, the clients would not share one
    ///   connection, and without prior knowledge the new one would use HTTP/1.1.
    func willBegin(_ easy: UnsafeMutableRawPointer, on connection: CurlConnection, isNew: Bool) -> Bool {
        guard isHTTP2 else { return true }
        let opens = isNew || !connection.isOpen
        if !encrypts {
            pushlab_easy_set_long(
                easy, CURLOPT_HTTP_VERSION, Int(opens ? CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE : CURL_HTTP_VERSION_2TLS))
        }
        pushlab_easy_set_long(easy, CURLOPT_FRESH_CONNECT, opens ? 1 : 0)
        return opens
    }

    /// A sentence if the response used another HTTP version. `number` is libcurl's number of the version, 0 without a
    /// response; it is not evaluated where the version does not matter.
    func fault(answeredBy number: @autoclosure () -> Int) -> String? {
        guard isHTTP2 else { return nil }
        let version = number()
        guard version != 0, version != Int(CURL_HTTP_VERSION_2_0) else { return nil }
        return "the server answered with HTTP/1.1, but the request was for HTTP/2"
    }
}

import CCurl
import Transports

/// What libcurl is told so that a request goes by the version of HTTP that is measured, and by no other.
struct CurlVersionChoice {
    private let version: HTTPVersion
    private let encrypts: Bool

    init(_ version: HTTPVersion, encrypts: Bool) {
        self.version = version
        self.encrypts = encrypts
    }

    var isHTTP2: Bool { version.isHTTP2 }

    /// Once for each easy handle.
    func configure(_ easy: UnsafeMutableRawPointer) {
        pushlab_easy_set_long(easy, CURLOPT_HTTP_VERSION, Int(isHTTP2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1))
    }

    /// Before each request; for HTTP/1.1 there is nothing to set.
    ///
    /// libcurl 7.88.1 fails every request but a connection's first if it is to go by prior knowledge; told of TLS' own
    /// choice instead, it goes on as the connection has begun, in plaintext too. So a request by prior knowledge always
    /// gets a new connection, and never one that another client still uses.
    ///
    /// - Returns: Whether the request may open a connection. Another request that did so would have one to itself, and
    ///   without prior knowledge speak HTTP/1.1 on it.
    func willBegin(_ easy: UnsafeMutableRawPointer, on multi: CurlMulti, isNew: Bool) -> Bool {
        guard isHTTP2 else { return true }
        let opens = isNew || !multi.isOpen
        if !encrypts {
            pushlab_easy_set_long(
                easy, CURLOPT_HTTP_VERSION, Int(opens ? CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE : CURL_HTTP_VERSION_2TLS))
        }
        pushlab_easy_set_long(easy, CURLOPT_FRESH_CONNECT, opens ? 1 : 0)
        return opens
    }

    /// A sentence if the answer came by another version; `number` is libcurl's of one, 0 where no answer came, and is not
    /// asked for where any version will do.
    func fault(answeredBy number: @autoclosure () -> Int) -> String? {
        guard isHTTP2 else { return nil }
        let version = number()
        guard version != 0, version != Int(CURL_HTTP_VERSION_2_0) else { return nil }
        return "the server answered by HTTP/1.1, not by HTTP/2 as was asked for"
    }
}

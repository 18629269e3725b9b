import CCurl

/// The URL of one client's requests, as parts that libcurl copies.
///
/// libcurl parses the text of `CURLOPT_URL` at each request and writes it down again, which is a tenth of a request's
/// cost. A URL handle it only copies. With the cursor, only the query in it changes.
final class CurlURL {
    private let easy: UnsafeMutableRawPointer
    // Scheme and authority.
    private let base: String
    // `nil` if libcurl gets the text: the copy of a URL handle lacks the zone of an IPv6 address (libcurl 7.88.1).
    private let parts: OpaquePointer?
    // The path in `parts`; `nil` while libcurl has the text.
    private var path: Substring?

    /// - Parameters:
    ///   - base: Scheme and authority.
    ///   - easy: The client's handle; it must not make a transfer after this object is released.
    init(base: String, of easy: UnsafeMutableRawPointer) {
        self.easy = easy
        self.base = base
        parts = base.utf8.contains(UInt8(ascii: "%")) ? nil : curl_url()
    }

    deinit {
        curl_url_cleanup(parts)
    }

    /// The next request has this target, path and query. Of an invalid one, the transfer's error tells what is wrong.
    func lead(to target: String) {
        let mark = target.utf8.firstIndex(of: UInt8(ascii: "?"))
        if let mark, path == target[..<mark], replaceQuery(target[target.utf8.index(after: mark)...]) { return }
        let text = base + target
        guard let parts, curl_url_set(parts, CURLUPART_URL, text, 0) == CURLUE_OK else {
            path = nil
            pushlab_easy_set_pointer(easy, CURLOPT_CURLU, nil)
            pushlab_easy_set_string(easy, CURLOPT_URL, text)
            return
        }
        path = target[..<(mark ?? target.endIndex)]
        pushlab_easy_set_pointer(easy, CURLOPT_CURLU, UnsafeMutableRawPointer(parts))
    }

    // Only what parsing the whole URL would leave as it is.
    private func replaceQuery(_ query: Substring) -> Bool {
        guard query.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "%") && $0 != UInt8(ascii: "#") })
        else { return false }
        return query.withCString { curl_url_set(parts, CURLUPART_QUERY, $0, 0) == CURLUE_OK }
    }
}

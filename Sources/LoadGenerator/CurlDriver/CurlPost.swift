import CCurl
import NIOCore
import WireAccounting

/// The POST of one libcurl client: the memory of its body while libcurl sends it, and the size of its headers.
final class CurlPost {
    private let easy: UnsafeMutableRawPointer
    // libcurl reads the body from here, without a copy, until the transfer ends.
    private let body: UnsafeMutableRawBufferPointer
    private let headBytes = UnsafeMutablePointer<UInt64>.allocate(capacity: 1)
    private var fields: UnsafeMutablePointer<curl_slist>?
    private var hasSeenHead = false

    /// - Parameters:
    ///   - example: A body; all bodies have its size.
    ///   - route: Says which field lines the client's URL needs.
    ///   - easy: The client's handle; it must not make a transfer after this object is released.
    init(bodiesLike example: ByteBuffer, route: CurlRoute, on easy: UnsafeMutableRawPointer) {
        self.easy = easy
        body = .allocate(byteCount: example.readableBytes, alignment: 1)
        headBytes.initialize(to: 0)
        // For bodies above 1 MiB libcurl would send `Expect: 100-continue` and wait for the server's answer.
        for line in route.fieldLines(["Content-Type: text/plain", "Expect:"]) {
            fields = curl_slist_append(fields, line)
        }
        pushlab_easy_set_list(easy, CURLOPT_HTTPHEADER, fields)
        pushlab_easy_set_long(easy, CURLOPT_POST, 1)
        pushlab_easy_set_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count))
        pushlab_easy_set_pointer(easy, CURLOPT_POSTFIELDS, body.baseAddress)
    }

    deinit {
        body.deallocate()
        headBytes.deallocate()
        curl_slist_free_all(fields)
    }

    /// Copies the body of the next request.
    func willSend(_ bytes: ByteBuffer) {
        precondition(bytes.readableBytes == body.count, "every body of a client has the same size")
        bytes.withUnsafeReadableBytes { body.copyMemory(from: $0) }
        if hasSeenHead { return }
        // All requests of a client have equal headers, so only those of the first are measured. libcurl's own number of
        // request bytes includes a varying part of the body.
        hasSeenHead = headBytes.pointee > 0
        pushlab_easy_count_request_headers(easy, hasSeenHead ? 0 : 1, headBytes)
    }

    /// Counts the bytes of a request that has ended, successfully or not.
    ///
    /// - Parameters:
    ///   - requestBytes: libcurl's number of request bytes; 0 if nothing was sent.
    ///   - ledger: Receives the size of the headers and of the body as far as it was sent.
    func book(requestBytes: Int, in ledger: inout ByteLedger) {
        if requestBytes > 0 { ledger.book(Int(headBytes.pointee), .httpHead, .up) }
        var uploaded: curl_off_t = 0
        pushlab_easy_get_size(easy, CURLINFO_SIZE_UPLOAD_T, &uploaded)
        ledger.book(Int(uploaded), .payload, .up)
    }
}

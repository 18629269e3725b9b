import CCurl
import NIOCore
import WireAccounting

/// The POST of one libcurl client: where its body lies while libcurl sends it, and how large its heads are.
final class CurlPost {
    private let easy: UnsafeMutableRawPointer
    // libcurl reads the body from here, without a copy, for as long as a transfer goes on.
    private let body: UnsafeMutableRawBufferPointer
    private let headBytes = UnsafeMutablePointer<UInt64>.allocate(capacity: 1)
    private var fields: UnsafeMutablePointer<curl_slist>?
    private var hasSeenHead = false

    /// - Parameters:
    ///   - url: Where to.
    ///   - example: A body; every one has its size.
    ///   - easy: The client's handle, which must not make a transfer after this object's end.
    init(to url: String, bodiesLike example: ByteBuffer, on easy: UnsafeMutableRawPointer) {
        self.easy = easy
        body = .allocate(byteCount: example.readableBytes, alignment: 1)
        headBytes.initialize(to: 0)
        fields = curl_slist_append(nil, "Content-Type: text/plain")
        // Above 1 MiB libcurl would wait for a word from the server before it sends the body.
        fields = curl_slist_append(fields, "Expect:")
        pushlab_easy_set_string(easy, CURLOPT_URL, url)
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

    /// Takes the next request's body.
    func willSend(_ bytes: ByteBuffer) {
        precondition(bytes.readableBytes == body.count, "every body of a client has the same size")
        bytes.withUnsafeReadableBytes { body.copyMemory(from: $0) }
        if hasSeenHead { return }
        // Of the client's heads, which are all equal, libcurl shows the first: its own number of a request's bytes has
        // more or less of the body in it.
        hasSeenHead = headBytes.pointee > 0
        pushlab_easy_count_heads(easy, hasSeenHead ? 0 : 1, headBytes)
    }

    /// Books a request that has ended, well or badly.
    ///
    /// - Parameters:
    ///   - requestBytes: What libcurl says of the request; 0 if nothing of it was sent.
    ///   - ledger: Gets the head and as much of the body as was sent.
    func book(requestBytes: Int, in ledger: inout ByteLedger) {
        if requestBytes > 0 { ledger.book(Int(headBytes.pointee), .httpHead, .up) }
        var uploaded: curl_off_t = 0
        pushlab_easy_get_size(easy, CURLINFO_SIZE_UPLOAD_T, &uploaded)
        ledger.book(Int(uploaded), .payload, .up)
    }
}

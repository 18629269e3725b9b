import CCurl
import Glibc

/// The text of the first error of a transfer from now on. When libcurl closes a socket, it shows whether that was
/// reset: the transfer's result is not known then, and `CURLINFO_OS_ERRNO` may be that of an earlier transfer.
final class CurlErrorText {
    private let text = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

    /// - Parameter easy: Has a transfer without an error so far. It must be cleaned up before this object is released.
    init(of easy: UnsafeMutableRawPointer) {
        text.pointee = 0
        pushlab_easy_set_pointer(easy, CURLOPT_ERRORBUFFER, text)
    }

    deinit { text.deallocate() }

    /// Whether a read or a write has shown that the peer reset the connection.
    var isReset: Bool { strstr(text, strerror(ECONNRESET)) != nil }
}

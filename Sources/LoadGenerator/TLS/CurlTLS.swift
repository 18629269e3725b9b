import CCurl

/// TLS of one libcurl client: whom it trusts, and a count of the bytes that OpenSSL writes and reads.
///
/// The count is taken between OpenSSL and the socket, and which records carry nothing of the application's is told by
/// OpenSSL as they pass, so it is a witness of its own beside the kernel's.
final class CurlTLS {
    private let records = UnsafeMutablePointer<pushlab_tls_records>.allocate(capacity: 1)

    init() {
        records.initialize(to: pushlab_tls_records())
    }

    deinit {
        records.deallocate()
    }

    /// Bytes sent and received so far, and those of them in records without application data.
    var up: (bytes: Int, setup: Int) { Self.pair(records.pointee.written) }
    var down: (bytes: Int, setup: Int) { Self.pair(records.pointee.read) }

    private static func pair(_ direction: pushlab_tls_direction) -> (bytes: Int, setup: Int) {
        (Int(direction.bytes), Int(direction.setup_bytes))
    }

    /// Counts what this easy handle's connections send and receive; the handle must not outlive this object.
    func count(on easy: UnsafeMutableRawPointer) {
        pushlab_easy_count_tls(easy, records)
    }

    static func trust(_ trust: TLSTrust, on easy: UnsafeMutableRawPointer) {
        switch trust {
        case .system: break
        case .authority(let pem):
            pushlab_easy_set_string(easy, CURLOPT_CAPATH, nil)
            Array(pem.utf8).withUnsafeBytes { bytes in
                _ = pushlab_easy_set_authorities(easy, bytes.baseAddress, bytes.count)
            }
        case .anyone:
            pushlab_easy_set_long(easy, CURLOPT_SSL_VERIFYPEER, 0)
            pushlab_easy_set_long(easy, CURLOPT_SSL_VERIFYHOST, 0)
        }
    }
}

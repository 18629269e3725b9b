import CCurl

/// TLS of one handle's connections: trusted certificates, and the number of bytes that OpenSSL writes and reads.
///
/// Bytes are counted between OpenSSL and the socket. OpenSSL also reports which records carry no application data. The
/// count is independent of the kernel's.
final class CurlTLS {
    private let records = UnsafeMutablePointer<pushlab_tls_records>.allocate(capacity: 1)

    init() {
        records.initialize(to: pushlab_tls_records())
    }

    deinit {
        records.deallocate()
    }

    /// TLS records of one direction so far.
    struct Records {
        let bytes: Int
        /// Part of `bytes` in records without application data.
        let setupBytes: Int
        /// Number of records with application data.
        let applicationRecords: Int
    }

    var up: Records { Self.records(records.pointee.written) }
    var down: Records { Self.records(records.pointee.read) }

    /// Connections that resumed the session of an earlier one.
    var resumedConnections: UInt64 { records.pointee.resumed_connections }

    private static func records(_ direction: pushlab_tls_direction) -> Records {
        Records(
            bytes: Int(direction.bytes), setupBytes: Int(direction.setup_bytes),
            applicationRecords: Int(direction.application_records))
    }

    /// Counts the bytes of the connections that this easy handle opens; they must not outlive this object.
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

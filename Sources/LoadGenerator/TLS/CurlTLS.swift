import CCurl

/// TLS of one handle's connections: whom they trust, and a count of the bytes that OpenSSL writes and reads.
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

    /// What passed in one direction so far.
    struct Records {
        /// Everything, and the part of it in records without application data.
        let bytes: Int
        let setupBytes: Int
        /// Those with application data.
        let applicationRecords: Int
    }

    var up: Records { Self.records(records.pointee.written) }
    var down: Records { Self.records(records.pointee.read) }

    /// Connections that took up the session of an earlier one.
    var resumedConnections: UInt64 { records.pointee.resumed_connections }

    private static func records(_ direction: pushlab_tls_direction) -> Records {
        Records(
            bytes: Int(direction.bytes), setupBytes: Int(direction.setup_bytes),
            applicationRecords: Int(direction.application_records))
    }

    /// Counts what the connections that this easy handle opens send and receive; they must not outlive this object.
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

import CCurl
import Glibc
import HTTP
import Host
import Measurement
import Transports
import WireAccounting

/// What libcurl calls: a connection opens, bytes of a body have arrived.
extension CurlClient {
    /// - Returns: -1 (`CURL_SOCKET_BAD`) to fail the request.
    fileprivate func socketOpens(_ address: curl_sockaddr) -> curl_socket_t {
        wasStranded = !mayConnect
        if wasStranded { return -1 }
        // The request was sent: its connection ended without an answer, and libcurl repeats it.
        if isTransferring, !isOpening { fleet.recorder.lostConnection(client: index, at: MonotonicClock.now()) }
        let opened = socket(address.family, address.socktype | Int32(SOCK_CLOEXEC.rawValue), address.protocol)
        if readBytesPerSecond != nil {
            var size = Int32(SlowReading.socketBuffer)
            setsockopt(opened, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        if address.family == AF_INET { source?.bind(opened) }
        if opened >= 0 { connection.opens(opened) }
        return opened
    }

    /// - Returns: Whether to continue the transfer.
    func bodyArrived(_ bytes: UnsafeRawBufferPointer) -> Bool {
        // Read the clock first: the work below must not count in the item's latency.
        let now = MonotonicClock.now()
        bodyBytes += bytes.count
        var others = 0
        if status == 0 {
            status = responseStatus
            // A response with another HTTP version is not what is measured: libcurl may open a connection by itself.
            if versionFault != nil { return false }
            // The headers may have arrived in the same read as the first body bytes.
            others += number(CURLINFO_HEADER_SIZE)
            // A server encodes either all bodies or none.
            if wantsCoding || !hasSeenCoding { listener.responseBegan(status: status, coding: coding) }
            hasSeenCoding = true
            if fleet.recorder.isStamping {
                fleet.recorder.connected(client: index, port: number(CURLINFO_LOCAL_PORT))
            }
        }
        let arrived = connection.delivered(bytes.count, after: others, at: now)
        lastArrival = arrived
        listener.bodyArrived(bytes, status: status, ledger: &fleet.ledger) { event in
            countItem(event)
            fleet.recorder.take(event, client: index, at: arrived)
        }
        return !ask { $0.wantsNoMore }
    }

    /// The response is complete, which ends its last item in some dialects. That item arrived with the last byte.
    func bodyEnded() {
        guard speaksDialect, status != 0 else { return }
        listener.bodyEnded(status: status) { event in
            countItem(event)
            fleet.recorder.take(event, client: index, at: lastArrival)
        }
    }

    private func countItem(_ event: ListenerEvent) {
        switch event {
        case .item, .foreign: itemsInResponse += 1
        case .gap, .skipped, .ended, .fault, .lostServer: break
        }
    }

    // Nearly always as in the last response: then no text is made.
    private var coding: ResponseCoding {
        if !wantsValidators, let last = lastCoding, last.isThat(ofResponseTo: easy) { return last.coding }
        var coding = ResponseCoding(
            isChunked: field("Transfer-Encoding")?.lowercased() == "chunked",
            contentEncoding: field("Content-Encoding")?.lowercased(),
            contentType: field("Content-Type")?.lowercased())
        if wantsValidators {
            coding.entityTag = field("ETag")
            coding.lastModified = field("Last-Modified")
        } else {
            lastCoding = CurlCoding(coding, ofResponseTo: easy)
        }
        return coding
    }

    /// A sentence if the response leads to another address.
    var redirection: String? { Redirection.sentence(responseStatus, to: field("Location")) }

    private func field(_ name: String) -> String? {
        CurlCoding.field(name, ofResponseTo: easy).map { String(cString: $0) }
    }
}

// libcurl stores these as C function pointers; the context is the client, which outlives its handle.

let curlSocketOpens: curl_opensocket_callback = { context, _, address in
    guard let context, let address else { return -1 }
    return Unmanaged<CurlClient>.fromOpaque(context).takeUnretainedValue().socketOpens(address.pointee)
}

let curlBodyArrived: pushlab_write_function = { bytes, size, count, context in
    guard let context else { return 0 }
    let client = Unmanaged<CurlClient>.fromOpaque(context).takeUnretainedValue()
    let goesOn = client.bodyArrived(UnsafeRawBufferPointer(start: bytes, count: size * count))
    return goesOn ? size * count : 0
}

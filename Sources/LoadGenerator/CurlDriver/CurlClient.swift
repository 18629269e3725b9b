import CCurl
import Glibc
import Host
import Measurement
import Transports
import WebSocketProtocol
import WireAccounting

/// One client of the HTTP transports: an easy handle for its requests, on its own or on shared connections.
final class CurlClient {
    let index: Int
    let easy: UnsafeMutableRawPointer
    let multi: CurlMulti
    unowned let fleet: CurlFleet
    var listener: any ExchangeListener

    /// Due time of the next or current request.
    var due = MonotonicInstant(nanoseconds: 0)
    /// When the current request was started.
    private(set) var began = MonotonicInstant(nanoseconds: 0)
    /// Through a simulated network: when the answer to the last request arrived.
    var answeredAt = MonotonicInstant(nanoseconds: 0)
    /// When the client disconnects; `nil` if it stays.
    var leavesAt: MonotonicInstant?
    /// Whether the current exchange is its last one before it leaves.
    var isLeaving = false
    /// Whether it has left and not come back.
    var isAway = false
    /// Waits after failures, if the plan says how; otherwise `nil`.
    var reconnect: ReconnectDelay?
    /// Number of empty answers long before the end of the hold time.
    var earlyAnswers = 0
    var isTransferring = false
    /// Number of the connection of the current request, see ``ConnectionOpener``.
    var connection = 0
    var itemsInResponse = 0
    // The cursor in the current request.
    private var requestedCursor: UInt64 = 0
    /// Bytes of the body of the current response.
    private(set) var bodyBytes = 0
    /// How the current request has ended; `nil` before its end.
    var result: CURLcode?
    /// Whether the request was not sent because its connection broke first. The fleet starts it again.
    private(set) var wasStranded = false

    let tunnel: CurlTunnel?
    // `nil` for a client whose requests are GET.
    private let post: CurlPost?
    private let version: CurlHTTPVersion
    private let readBytesPerSecond: Int?
    private var hasConnected = false
    private var mayConnect = true
    private var hasSeenCoding = false
    // Status of the current response, read at its first body byte.
    private var status = 0
    // The header field lines set in libcurl, and libcurl's list of them.
    private var fieldLines: [String] = []
    private var fieldList: UnsafeMutablePointer<curl_slist>?
    // Where to connect instead of the URL's host.
    private var linkList: UnsafeMutablePointer<curl_slist>?
    // libcurl writes to it until the easy handle is cleaned up.
    private var lastError: CurlErrorText?

    init(index: Int, multi: CurlMulti, fleet: CurlFleet, listener: any ExchangeListener, plan: LoadPlan) {
        guard let easy = curl_easy_init() else { preconditionFailure("libcurl is out of memory") }
        self.index = index
        self.multi = multi
        self.fleet = fleet
        self.listener = listener
        self.easy = easy
        version = CurlHTTPVersion(plan.httpVersion, encrypts: plan.target.tls != nil)
        tunnel = plan.target.proxy.map { _ in CurlTunnel() }
        post = listener.requestBody.map { CurlPost(to: fleet.base + listener.target, bodiesLike: $0, on: easy) }
        reconnect = plan.reconnect.map { ReconnectDelay(seed: plan.seed &+ UInt64(index), policy: $0) }
        readBytesPerSecond = plan.readBytesPerSecond
        configure(plan.target)
        if let rate = readBytesPerSecond { readSlowly(bytesPerSecond: rate) }
        version.configure(easy)
        multi.adopt(easy)
        if let trust = plan.target.tls { CurlTLS.trust(trust, on: easy) }
        tunnel?.count(on: easy)
    }

    private func configure(_ target: LoadTarget) {
        let proxy = target.proxy
        let this = Unmanaged.passUnretained(self).toOpaque()
        pushlab_easy_set_pointer(easy, CURLOPT_PRIVATE, this)
        pushlab_easy_set_long(easy, CURLOPT_NOSIGNAL, 1)
        // Ignores proxies of the environment: they are not part of the experiment.
        pushlab_easy_set_string(easy, CURLOPT_PROXY, proxy.map { "http://\($0.authority)" } ?? "")
        if let port = target.linkPort {
            let authority = URLAuthority.text(host: LoadTarget.linkHost, port: port)
            if proxy != nil {
                pushlab_easy_set_string(easy, CURLOPT_PROXY, "http://\(authority)")
            } else {
                // Any host and port of a URL lead there.
                linkList = curl_slist_append(nil, "::\(authority)")
                pushlab_easy_set_list(easy, CURLOPT_CONNECT_TO, linkList)
            }
        }
        if let credentials = proxy?.credentials {
            pushlab_easy_set_string(easy, CURLOPT_PROXYUSERNAME, credentials.user)
            pushlab_easy_set_string(easy, CURLOPT_PROXYPASSWORD, credentials.password)
        }
        // Chunk framing is counted as a separate layer, so the listener must see it.
        if listener.isStreaming { pushlab_easy_set_long(easy, CURLOPT_HTTP_TRANSFER_DECODING, 0) }
        if listener.usesNewConnections {
            pushlab_easy_set_long(easy, CURLOPT_FRESH_CONNECT, 1)
            pushlab_easy_set_long(easy, CURLOPT_FORBID_REUSE, 1)
        }
        // By default libcurl resumes sessions whenever it can.
        pushlab_easy_set_long(easy, CURLOPT_SSL_SESSIONID_CACHE, listener.resumesSessions ? 1 : 0)
        pushlab_easy_set_write_function(easy, curlBodyArrived)
        pushlab_easy_set_pointer(easy, CURLOPT_WRITEDATA, this)
        pushlab_easy_set_open_socket_function(easy, curlSocketOpens)
        pushlab_easy_set_pointer(easy, CURLOPT_OPENSOCKETDATA, this)
    }

    // MARK: Slow reading

    private func readSlowly(bytesPerSecond: Int) {
        pushlab_easy_set_size(easy, CURLOPT_MAX_RECV_SPEED_LARGE, bytesPerSecond)
        // The smallest that libcurl has.
        pushlab_easy_set_long(easy, CURLOPT_BUFFERSIZE, 1_024)
    }

    /// When a slow client has read the current response. libcurl reads a short response at once, so the client waits
    /// before its next request.
    var slowEnd: MonotonicInstant? {
        readBytesPerSecond.map { began + .seconds(1) * (Double(bodyBytes) / Double($0)) }
    }

    /// From now on reads all that arrives, so that the connection can end in order.
    func readFreely() {
        if readBytesPerSecond == nil { return }
        pushlab_easy_set_size(easy, CURLOPT_MAX_RECV_SPEED_LARGE, 0)
        guard isTransferring else { return }
        // Otherwise libcurl still waits for what it has read too early.
        curl_easy_pause(easy, CURLPAUSE_RECV)
        curl_easy_pause(easy, CURLPAUSE_CONT)
    }

    /// Whether the connection ends with the next exchange.
    func closesConnection(_ closes: Bool) {
        if !listener.usesNewConnections { pushlab_easy_set_long(easy, CURLOPT_FORBID_REUSE, closes ? 1 : 0) }
    }

    // MARK: Requests

    func beginRequest(to base: String) {
        status = 0
        itemsInResponse = 0
        (requestedCursor, bodyBytes) = (listener.cursor, 0)
        result = nil
        isTransferring = true
        wasStranded = false
        began = MonotonicClock.now()
        if let post, let body = listener.requestBody {
            post.willSend(body)
        } else {
            pushlab_easy_set_string(easy, CURLOPT_URL, base + listener.target)
            setFieldLines(listener.fieldLines)
        }
        mayConnect = version.willBegin(easy, on: multi, isNew: listener.usesNewConnections)
        if multi.isOpen { connected() }
        multi.begin(self)
    }

    /// The client's first request is sent, or its connection is already open.
    func connected() {
        if hasConnected { return }
        hasConnected = true
        fleet.clientConnected()
    }

    private func setFieldLines(_ lines: [String]) {
        if lines == fieldLines { return }
        var list: UnsafeMutablePointer<curl_slist>?
        for line in lines { list = curl_slist_append(list, line) }
        pushlab_easy_set_list(easy, CURLOPT_HTTPHEADER, list)
        curl_slist_free_all(fieldList)
        (fieldLines, fieldList) = (lines, list)
    }

    /// Asks the server to end a streaming response or a held poll. What it has sent by then is still read.
    func endResponse() {
        guard isTransferring, listener.isStreaming || isHeldPoll else { return }
        // libcurl repeats a request if a connection that it used before ends without an answer.
        mayConnect = false
        if lastError == nil {
            let error = CurlErrorText(of: easy)
            multi.watch(error)
            lastError = error
        }
        multi.halfClose()
    }

    private var isHeldPoll: Bool { !listener.followsSchedule && !isOpening }

    /// Removes the easy handle from the multi handle and counts the headers of the exchange, complete or not.
    func endTransfer() {
        // With HTTP/2, libcurl reports the size of headers before compression, which is not what was sent.
        let sent = version.isHTTP2 ? 0 : number(CURLINFO_REQUEST_SIZE)
        if let post {
            post.book(requestBytes: sent, in: &fleet.ledger)
        } else {
            fleet.ledger.book(sent, .httpHead, .up)
        }
        if !version.isHTTP2 { fleet.ledger.book(number(CURLINFO_HEADER_SIZE), .httpHead, .down) }
        tally(sent: number(CURLINFO_REQUEST_SIZE), headBytes: number(CURLINFO_HEADER_SIZE))
        fleet.counts.connects += UInt64(number(CURLINFO_NUM_CONNECTS))
        isTransferring = false
        multi.end(self)
    }

    /// Counts the request and its response by the widths of what varies in them.
    private func tally(sent: Int, headBytes: Int) {
        if sent > 0 { fleet.recorder.messages.count(.request, cursorDigits: Digits.decimal(requestedCursor)) }
        if headBytes == 0 { return }
        let newest = Digits.decimal(listener.cursor)
        switch responseStatus {
        case 200 where listener.isStreaming: fleet.recorder.messages.count(.stream)
        case 200 where itemsInResponse > 0:
            fleet.recorder.messages.count(
                .response, cursorDigits: newest, lengthDigits: Digits.decimal(UInt64(bodyBytes)))
        case 200, 204, 304: fleet.recorder.messages.count(.empty, cursorDigits: newest)
        default: fleet.recorder.messages.count(.failure)
        }
    }

    /// A sentence if the server answered with another HTTP version than the measured one.
    var versionFault: String? {
        version.fault(answeredBy: number(CURLINFO_HTTP_VERSION))
    }

    /// Whether the current request is not sent yet, because its connection is being opened.
    var isOpening: Bool { isTransferring && number(CURLINFO_REQUEST_SIZE) == 0 }

    /// Status of the response; 0 before it.
    var responseStatus: Int { number(CURLINFO_RESPONSE_CODE) }

    /// Aborts the current transfer; connections stay with their multi handle.
    func close() {
        if isTransferring { endTransfer() }
        curl_easy_cleanup(easy)
        curl_slist_free_all(fieldList)
        curl_slist_free_all(linkList)
    }

    private var coding: ResponseCoding {
        ResponseCoding(
            isChunked: field("Transfer-Encoding") == "chunked", contentEncoding: field("Content-Encoding"),
            contentType: field("Content-Type"))
    }

    private func field(_ name: String) -> String? {
        var field: UnsafeMutablePointer<curl_header>?
        guard curl_easy_header(easy, name, 0, UInt32(CURLH_HEADER), -1, &field) == CURLHE_OK else { return nil }
        return field?.pointee.value.map { String(cString: $0).lowercased() }
    }

    private func number(_ info: CURLINFO) -> Int {
        var value = 0
        pushlab_easy_get_long(easy, info, &value)
        return value
    }

    // MARK: Called by libcurl

    /// - Returns: -1 (`CURL_SOCKET_BAD`) to fail the request.
    fileprivate func socketOpens(_ address: curl_sockaddr) -> curl_socket_t {
        wasStranded = !mayConnect
        if wasStranded { return -1 }
        let opened = socket(address.family, address.socktype | Int32(SOCK_CLOEXEC.rawValue), address.protocol)
        if readBytesPerSecond != nil {
            var size = Int32(SlowReading.socketBuffer)
            setsockopt(opened, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
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
            if listener.wantsCoding || !hasSeenCoding { listener.responseBegan(status: status, coding: coding) }
            hasSeenCoding = true
            if fleet.recorder.isStamping {
                fleet.recorder.connected(client: index, port: number(CURLINFO_LOCAL_PORT))
            }
        }
        let arrived = multi.delivered(bytes.count, after: others, at: now)
        listener.bodyArrived(bytes, status: status, ledger: &fleet.ledger) { event in
            if case .item = event { itemsInResponse += 1 }
            fleet.recorder.take(event, client: index, at: arrived)
        }
        return !listener.wantsNoMore
    }
}

// libcurl stores these as C function pointers; the context is the client, which outlives its handle.

private let curlSocketOpens: curl_opensocket_callback = { context, _, address in
    guard let context, let address else { return -1 }
    return Unmanaged<CurlClient>.fromOpaque(context).takeUnretainedValue().socketOpens(address.pointee)
}

private let curlBodyArrived: pushlab_write_function = { bytes, size, count, context in
    guard let context else { return 0 }
    let client = Unmanaged<CurlClient>.fromOpaque(context).takeUnretainedValue()
    let goesOn = client.bodyArrived(UnsafeRawBufferPointer(start: bytes, count: size * count))
    return goesOn ? size * count : 0
}

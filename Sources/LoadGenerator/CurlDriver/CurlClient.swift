import CCurl
import CLinux
import Glibc
import Host
import Measurement
import Transports
import WebSocketProtocol
import WireAccounting

/// One polling client: an easy handle for its requests and a multi handle of its own, whose connection cache is then
/// this client's alone. With one multi handle for all, clients would share whatever connection is idle.
final class CurlClient {
    let index: Int
    let easy: UnsafeMutableRawPointer
    let multi: UnsafeMutableRawPointer
    unowned let fleet: CurlFleet
    var listener: any ExchangeListener

    /// When the request in preparation or under way is, or was, due.
    var due = MonotonicInstant(nanoseconds: 0)
    var isTransferring = false
    /// When libcurl wants to be called without a socket event; `nil` for never.
    var curlDeadline: MonotonicInstant?
    var itemsInResponse = 0
    /// How the request under way has ended; `nil` while it has not.
    private(set) var result: CURLcode?

    private var arrivals = ArrivalReader()
    let tls: CurlTLS?
    let tunnel: CurlTunnel?
    // `nil` for a client whose requests are GET.
    private let post: CurlPost?

    // What epoll knows: libcurl's wishes change twice a request, epoll's registration only when it must.
    private var registeredSocket: Int32 = -1
    private var registeredEvents: UInt32 = 0
    private var hasConnected = false
    // Status of the response under way, looked up at its first body byte.
    private var status = 0
    // The field lines that libcurl has been given, and its list of them.
    private var fieldLines: [String] = []
    private var fieldList: UnsafeMutablePointer<curl_slist>?
    /// Whether our half of a streaming response's connection is closed: its end is awaited.
    private(set) var isLeaving = false

    init(index: Int, fleet: CurlFleet, listener: any ExchangeListener, tls trust: TLSTrust?, proxy: ProxyAddress?) {
        guard let easy = curl_easy_init(), let multi = curl_multi_init() else {
            preconditionFailure("libcurl is out of memory")
        }
        self.index = index
        self.fleet = fleet
        self.listener = listener
        self.easy = easy
        self.multi = multi
        tls = trust.map { _ in CurlTLS() }
        tunnel = proxy.map { _ in CurlTunnel() }
        post = listener.requestBody.map { CurlPost(to: fleet.base + listener.target, bodiesLike: $0, on: easy) }
        configure(proxy)
        if let trust { CurlTLS.trust(trust, on: easy) }
        tls?.count(on: easy)
        tunnel?.count(on: easy)
    }

    private func configure(_ proxy: ProxyAddress?) {
        let this = Unmanaged.passUnretained(self).toOpaque()
        pushlab_easy_set_long(easy, CURLOPT_NOSIGNAL, 1)
        pushlab_easy_set_long(easy, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        // The environment's proxy is not part of the experiment.
        pushlab_easy_set_string(easy, CURLOPT_PROXY, proxy.map { "http://\($0.authority)" } ?? "")
        if let credentials = proxy?.credentials {
            pushlab_easy_set_string(easy, CURLOPT_PROXYUSERNAME, credentials.user)
            pushlab_easy_set_string(easy, CURLOPT_PROXYPASSWORD, credentials.password)
        }
        // Chunk framing is a layer of its own, so the listener is to see it.
        if listener.isStreaming { pushlab_easy_set_long(easy, CURLOPT_HTTP_TRANSFER_DECODING, 0) }
        if listener.usesNewConnections {
            pushlab_easy_set_long(easy, CURLOPT_FRESH_CONNECT, 1)
            pushlab_easy_set_long(easy, CURLOPT_FORBID_REUSE, 1)
        }
        pushlab_easy_set_write_function(easy, curlBodyArrived)
        pushlab_easy_set_pointer(easy, CURLOPT_WRITEDATA, this)
        pushlab_easy_set_close_socket_function(easy, curlSocketCloses)
        pushlab_easy_set_pointer(easy, CURLOPT_CLOSESOCKETDATA, this)
        pushlab_multi_set_socket_function(multi, curlSocketWanted)
        pushlab_multi_set_pointer(multi, CURLMOPT_SOCKETDATA, this)
        pushlab_multi_set_timer_function(multi, curlTimerWanted)
        pushlab_multi_set_pointer(multi, CURLMOPT_TIMERDATA, this)
    }

    // MARK: Requests

    func beginRequest(to base: String) {
        status = 0
        itemsInResponse = 0
        result = nil
        isTransferring = true
        if let post, let body = listener.requestBody {
            post.willSend(body)
        } else {
            pushlab_easy_set_string(easy, CURLOPT_URL, base + listener.target)
            setFieldLines(listener.fieldLines)
        }
        curl_multi_add_handle(multi, easy)
    }

    private func setFieldLines(_ lines: [String]) {
        if lines == fieldLines { return }
        var list: UnsafeMutablePointer<curl_slist>?
        for line in lines { list = curl_slist_append(list, line) }
        pushlab_easy_set_list(easy, CURLOPT_HTTPHEADER, list)
        curl_slist_free_all(fieldList)
        (fieldLines, fieldList) = (lines, list)
    }

    /// Ends our half of a connection whose response lasts: the server sees it and ends the other, so that what it has
    /// sent until then is read and booked.
    func leave() {
        guard isTransferring, listener.isStreaming, registeredSocket >= 0 else { return }
        isLeaving = shutdown(registeredSocket, Int32(SHUT_WR)) == 0
    }

    /// Lets libcurl work on a socket event, or on its timer with ``CurlClient/timeout``.
    func act(on socket: Int32, _ events: Int32) {
        let reads = events & CURL_CSELECT_IN != 0
        arrivals.willRead(reads ? SocketArrival.peek(socket, upTo: ArrivalReader.capacity) : nil)
        var running: Int32 = 0
        curl_multi_socket_action(multi, socket, events, &running)
        lookForEnd()
    }

    static let timeout: Int32 = -1

    private func lookForEnd() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            if message.pointee.msg == CURLMSG_DONE { result = message.pointee.data.result }
        }
    }

    /// Takes the easy handle back and books the heads of the exchange, complete or not.
    func endTransfer() {
        let sent = number(CURLINFO_REQUEST_SIZE)
        if let post {
            post.book(requestBytes: sent, in: &fleet.ledger)
        } else {
            fleet.ledger.book(sent, .httpHead, .up)
        }
        fleet.ledger.book(number(CURLINFO_HEADER_SIZE), .httpHead, .down)
        fleet.counts.connects += UInt64(number(CURLINFO_NUM_CONNECTS))
        isTransferring = false
        curl_multi_remove_handle(multi, easy)
    }

    /// Status of the response, 0 before there is one.
    var responseStatus: Int { number(CURLINFO_RESPONSE_CODE) }

    /// Closes the client's connections, each through ``socketCloses(_:)``.
    func close() {
        if isTransferring { endTransfer() }
        curl_easy_cleanup(easy)
        curl_multi_cleanup(multi)
        curl_slist_free_all(fieldList)
    }

    private var coding: ResponseCoding {
        ResponseCoding(
            isChunked: field("Transfer-Encoding") == "chunked", isGzip: field("Content-Encoding") == "gzip")
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

    func bodyArrived(_ bytes: UnsafeRawBufferPointer) {
        // Taken first: what follows is this program's work, not the item's way.
        let now = MonotonicClock.now()
        var others = tls == nil ? 0 : ArrivalReader.recordOverhead
        if status == 0 {
            status = responseStatus
            // The head may have come with the body's beginning.
            others += number(CURLINFO_HEADER_SIZE)
            if listener.wantsCoding { listener.responseBegan(status: status, coding: coding) }
            if fleet.recorder.isStamping {
                fleet.recorder.connected(client: index, port: number(CURLINFO_LOCAL_PORT))
            }
        }
        let arrived = arrivals.stamp(ofRead: bytes.count, beside: others, at: now)
        listener.bodyArrived(bytes, status: status, ledger: &fleet.ledger) { event in
            if case .item = event { itemsInResponse += 1 }
            fleet.recorder.take(event, client: index, at: arrived)
        }
    }

    func socketWanted(_ socket: Int32, _ what: Int32) {
        // Kept registered at the end of a transfer: the next one wants the same, and two system calls are saved.
        if what == CURL_POLL_REMOVE { return }
        if what == CURL_POLL_IN, !hasConnected {
            hasConnected = true
            fleet.clientConnected()
        }
        let reads = what == CURL_POLL_IN || what == CURL_POLL_INOUT
        let writes = what == CURL_POLL_OUT || what == CURL_POLL_INOUT
        let events = (reads ? EPOLLIN.rawValue : 0) | (writes ? EPOLLOUT.rawValue : 0)
        if socket == registeredSocket, events == registeredEvents { return }
        if socket != registeredSocket { SocketArrival.note(on: socket) }
        fleet.register(socket, events, client: index, isNew: socket != registeredSocket)
        registeredSocket = socket
        registeredEvents = events
    }

    func timerWanted(milliseconds: Int) {
        switch milliseconds {
        case ..<0: curlDeadline = nil
        case 0:
            curlDeadline = nil
            fleet.wantsAction(self)
        default:
            let deadline = MonotonicClock.now() + .milliseconds(milliseconds)
            curlDeadline = deadline
            fleet.wantsTimer(self, at: deadline)
        }
    }

    func socketCloses(_ socket: Int32) {
        if socket == registeredSocket { registeredSocket = -1 }
        // Ended by the peer while our half is open, a connection stands in CLOSE only after a reset.
        fleet.bookCounters(of: socket, closedOrderly: isLeaving)
        Host.Descriptor.close(socket)
    }

    /// Socket events while no transfer is under way, or after its end: the server has closed the connection, which
    /// libcurl will notice at the next request.
    func ignoreIdleSocket() {
        guard registeredSocket >= 0 else { return }
        fleet.unregister(registeredSocket)
        registeredSocket = -1
    }
}

// libcurl keeps these as C function pointers; the context is the client, which outlives its handles.

private func client(_ context: UnsafeMutableRawPointer) -> CurlClient {
    Unmanaged<CurlClient>.fromOpaque(context).takeUnretainedValue()
}

private let curlBodyArrived: pushlab_write_function = { bytes, size, count, context in
    guard let context else { return 0 }
    client(context).bodyArrived(UnsafeRawBufferPointer(start: bytes, count: size * count))
    return size * count
}

private let curlSocketCloses: pushlab_close_socket_function = { context, socket in
    guard let context else { return 0 }
    client(context).socketCloses(socket)
    return 0
}

private let curlSocketWanted: curl_socket_callback = { _, socket, what, context, _ in
    guard let context else { return 0 }
    client(context).socketWanted(socket, what)
    return 0
}

private let curlTimerWanted: curl_multi_timer_callback = { _, milliseconds, context in
    guard let context else { return 0 }
    client(context).timerWanted(milliseconds: milliseconds)
    return 0
}

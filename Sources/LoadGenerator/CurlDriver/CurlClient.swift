import CCurl
import Glibc
import Host
import Measurement
import Transports
import WebSocketProtocol
import WireAccounting

/// One client of the HTTP transports: an easy handle for its requests, on connections of its own or shared ones.
final class CurlClient {
    let index: Int
    let easy: UnsafeMutableRawPointer
    let multi: CurlMulti
    unowned let fleet: CurlFleet
    var listener: any ExchangeListener

    /// When the request in preparation or under way is, or was, due.
    var due = MonotonicInstant(nanoseconds: 0)
    /// When the request under way was begun.
    private(set) var began = MonotonicInstant(nanoseconds: 0)
    /// Empty answers that came long before the time that a request may be held.
    var earlyAnswers = 0
    var isTransferring = false
    /// The number, among those of its multi handle, of the connection of the request under way.
    var connection = 0
    var itemsInResponse = 0
    /// How the request under way has ended; `nil` while it has not.
    var result: CURLcode?
    /// Whether the request was not sent because its connection broke first: it is begun again on a new one.
    private(set) var wasStranded = false

    let tunnel: CurlTunnel?
    // `nil` for a client whose requests are GET.
    private let post: CurlPost?
    private let version: CurlVersionChoice
    private var hasConnected = false
    private var mayConnect = true
    private var hasSeenCoding = false
    // Status of the response under way, looked up at its first body byte.
    private var status = 0
    // The field lines that libcurl has been given, and its list of them.
    private var fieldLines: [String] = []
    private var fieldList: UnsafeMutablePointer<curl_slist>?

    init(index: Int, multi: CurlMulti, fleet: CurlFleet, listener: any ExchangeListener, plan: LoadPlan) {
        guard let easy = curl_easy_init() else { preconditionFailure("libcurl is out of memory") }
        self.index = index
        self.multi = multi
        self.fleet = fleet
        self.listener = listener
        self.easy = easy
        version = CurlVersionChoice(HTTPVersion(plan.options), encrypts: plan.tls != nil)
        tunnel = plan.proxy.map { _ in CurlTunnel() }
        post = listener.requestBody.map { CurlPost(to: fleet.base + listener.target, bodiesLike: $0, on: easy) }
        configure(plan.proxy)
        version.configure(easy)
        multi.adopt(easy)
        if let trust = plan.tls { CurlTLS.trust(trust, on: easy) }
        tunnel?.count(on: easy)
    }

    private func configure(_ proxy: ProxyAddress?) {
        let this = Unmanaged.passUnretained(self).toOpaque()
        pushlab_easy_set_pointer(easy, CURLOPT_PRIVATE, this)
        pushlab_easy_set_long(easy, CURLOPT_NOSIGNAL, 1)
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
        // libcurl would resume whenever it can.
        pushlab_easy_set_long(easy, CURLOPT_SSL_SESSIONID_CACHE, listener.resumesSessions ? 1 : 0)
        pushlab_easy_set_write_function(easy, curlBodyArrived)
        pushlab_easy_set_pointer(easy, CURLOPT_WRITEDATA, this)
        pushlab_easy_set_open_socket_function(easy, curlSocketOpens)
        pushlab_easy_set_pointer(easy, CURLOPT_OPENSOCKETDATA, this)
    }

    // MARK: Requests

    func beginRequest(to base: String) {
        status = 0
        itemsInResponse = 0
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

    /// The client's first request is on its way, or goes onto a connection that is there.
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

    /// Lets a response end that would last.
    func leave() {
        if isTransferring, listener.isStreaming { multi.leave() }
    }

    /// Takes the easy handle back and books the heads of the exchange, complete or not.
    func endTransfer() {
        // Of HTTP/2 libcurl tells heads as they were before they were compressed.
        let sent = version.isHTTP2 ? 0 : number(CURLINFO_REQUEST_SIZE)
        if let post {
            post.book(requestBytes: sent, in: &fleet.ledger)
        } else {
            fleet.ledger.book(sent, .httpHead, .up)
        }
        if !version.isHTTP2 { fleet.ledger.book(number(CURLINFO_HEADER_SIZE), .httpHead, .down) }
        fleet.counts.connects += UInt64(number(CURLINFO_NUM_CONNECTS))
        isTransferring = false
        multi.end(self)
    }

    /// A sentence if the server answered by another version of HTTP than was to be measured.
    var versionFault: String? {
        version.fault(answeredBy: number(CURLINFO_HTTP_VERSION))
    }

    /// Whether the request under way is not sent yet, because its connection is being opened.
    var isOpening: Bool { isTransferring && number(CURLINFO_REQUEST_SIZE) == 0 }

    /// Status of the response, 0 before there is one.
    var responseStatus: Int { number(CURLINFO_RESPONSE_CODE) }

    /// Ends a transfer that is under way; connections stay with their multi handle.
    func close() {
        if isTransferring { endTransfer() }
        curl_easy_cleanup(easy)
        curl_slist_free_all(fieldList)
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

    /// - Returns: `CURL_SOCKET_BAD` fails the request.
    fileprivate func socketOpens(_ address: curl_sockaddr) -> curl_socket_t {
        wasStranded = !mayConnect
        if wasStranded { return -1 }
        return socket(address.family, address.socktype | Int32(SOCK_CLOEXEC.rawValue), address.protocol)
    }

    /// - Returns: Whether the transfer is to go on.
    func bodyArrived(_ bytes: UnsafeRawBufferPointer) -> Bool {
        // Taken first: what follows is this program's work, not the item's way.
        let now = MonotonicClock.now()
        var others = 0
        if status == 0 {
            status = responseStatus
            // What comes by another version is not what is measured: libcurl may open a connection of its own accord.
            if versionFault != nil { return false }
            // The head may have come with the body's beginning.
            others += number(CURLINFO_HEADER_SIZE)
            // A server encodes every body or none.
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

// libcurl keeps these as C function pointers; the context is the client, which outlives its handle.

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

import CCurl
import Host
import Measurement
import Transports
import WireAccounting

/// One client of the HTTP transports: an easy handle for its requests, on its own or on shared connections.
final class CurlClient {
    let index: Int
    let easy: UnsafeMutableRawPointer
    let connection: CurlConnection
    unowned(unsafe) let fleet: CurlFleet
    var listener: any ExchangeListener
    // What the listener says for all requests: asking it costs a copy of it.
    /// Whether a response lasts until one side ends it.
    let isStreaming: Bool
    /// Whether requests are due on a fixed schedule.
    let followsSchedule: Bool
    /// How long the server may hold a request; zero if unknown.
    let hold: Duration
    private let usesNewConnections: Bool
    private let requestsDifferByCursor: Bool
    /// Whether the listener is told how each body is encoded.
    let wantsCoding: Bool
    let wantsValidators: Bool
    /// How the last body was encoded.
    var lastCoding: CurlCoding?

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
    var connectionNumber = 0
    var itemsInResponse = 0
    /// When the last bytes of the body of the current response arrived.
    var lastArrival = MonotonicInstant(nanoseconds: 0)
    /// Whether the server carries the feed in another way than PushLab's.
    let speaksDialect: Bool
    // The cursor in the current request.
    private var requestedCursor: UInt64 = 0
    /// Bytes of the body of the current response.
    var bodyBytes = 0
    /// How the current request has ended; `nil` before its end.
    var result: CURLcode?
    /// Whether the request was not sent because its connection broke first. The fleet starts it again.
    var wasStranded = false

    let tunnel: CurlTunnel?
    // `nil` for a client whose requests are GET.
    private let post: CurlPost?
    private let version: CurlHTTPVersion
    /// Of a slow client.
    let readBytesPerSecond: Int?
    /// The address that its connections come from; `nil` if the kernel chooses it.
    let source: LoopbackSource?
    private var hasConnected = false
    /// Whether libcurl may open a connection for the current request.
    var mayConnect = true
    /// Whether a response of the server showed how it encodes bodies.
    var hasSeenCoding = false
    /// Status of the current response, read at its first body byte.
    var status = 0
    // Whether libcurl has the URL and the field lines of a request.
    private var hasRequest = false
    private let url: CurlURL
    // The header field lines set in libcurl, without those of the route, and libcurl's list of them.
    private var fieldLines: [String] = []
    private var fieldList: UnsafeMutablePointer<curl_slist>?
    /// Where to connect instead of the URL's host, or the addresses of that host.
    var linkList: UnsafeMutablePointer<curl_slist>?
    // libcurl writes to it until the easy handle is cleaned up.
    private var lastError: CurlErrorText?

    init(index: Int, connection: CurlConnection, fleet: CurlFleet, listener: any ExchangeListener) {
        guard let easy = curl_easy_init() else { preconditionFailure("libcurl is out of memory") }
        self.index = index
        self.connection = connection
        self.fleet = fleet
        let plan = fleet.plan
        url = CurlURL(base: fleet.route.base(ofClient: index), of: easy)
        self.listener = listener
        (isStreaming, followsSchedule, hold) = (listener.isStreaming, listener.followsSchedule, listener.hold)
        (usesNewConnections, wantsCoding) = (listener.usesNewConnections, listener.wantsCoding)
        (requestsDifferByCursor, wantsValidators) = (listener.requestsDifferByCursor, listener.wantsValidators)
        self.easy = easy
        version = CurlHTTPVersion(plan.httpVersion, encrypts: plan.target.tls != nil)
        tunnel = plan.target.proxy.map { _ in CurlTunnel() }
        post = listener.requestBody.map { CurlPost(bodiesLike: $0, route: fleet.route, on: easy) }
        if post != nil { url.lead(to: listener.target) }
        let seed = plan.seed &+ UInt64(plan.firstClient + index)
        reconnect = plan.reconnect.map { ReconnectDelay(seed: seed, policy: $0) }
        readBytesPerSecond = plan.readBytesPerSecond
        source = LoopbackSource(ofClient: plan.firstClient + index, to: plan.target.nearestHost)
        speaksDialect = !plan.dialect.isOwn
        configure(plan.target)
        if let rate = readBytesPerSecond { readSlowly(bytesPerSecond: rate) }
        version.configure(easy)
        connection.adopt(easy)
        if let trust = plan.target.tls { CurlTLS.trust(trust, on: easy) }
        tunnel?.count(on: easy)
    }

    func beginRequest(at now: MonotonicInstant) {
        status = 0
        itemsInResponse = 0
        let lastCursor = requestedCursor
        (requestedCursor, bodyBytes) = (ask { $0.cursor }, 0)
        result = nil
        isTransferring = true
        wasStranded = false
        began = now
        fleet.recorder.began(client: index, at: began)
        if let post, let body = listener.requestBody {
            post.willSend(body)
        } else if !hasRequest || lastCursor != requestedCursor || !requestsDifferByCursor {
            url.lead(to: listener.target)
            setFieldLines(listener.fieldLines)
            hasRequest = true
        }
        mayConnect = version.willBegin(easy, on: connection, isNew: usesNewConnections)
        if connection.isOpen { connected() }
        connection.begin(self)
    }

    /// The client's first request is sent, or its connection is already open.
    func connected() {
        if hasConnected { return }
        hasConnected = true
        fleet.clientConnected()
    }

    private func setFieldLines(_ lines: [String]) {
        if hasRequest, lines == fieldLines { return }
        var list: UnsafeMutablePointer<curl_slist>?
        for line in fleet.route.fieldLines(lines) { list = curl_slist_append(list, line) }
        pushlab_easy_set_list(easy, CURLOPT_HTTPHEADER, list)
        curl_slist_free_all(fieldList)
        (fieldLines, fieldList) = (lines, list)
    }

    /// Asks the server to end a streaming response or a held poll. What it has sent by then is still read.
    func endResponse() {
        guard isTransferring, isStreaming || isHeldPoll else { return }
        // libcurl repeats a request if a connection that it used before ends without an answer.
        mayConnect = false
        if lastError == nil {
            let error = CurlErrorText(of: easy)
            connection.watch(error)
            lastError = error
        }
        connection.halfClose()
    }

    private var isHeldPoll: Bool { !followsSchedule && !isOpening }

    /// Removes the easy handle from the multi handle and counts the headers of the exchange, complete or not.
    func endTransfer() {
        // With HTTP/2, libcurl reports the size of headers before compression, which is not what was sent.
        let sent = version.isHTTP2 ? 0 : number(CURLINFO_REQUEST_SIZE)
        if let post {
            post.book(requestBytes: sent, in: &fleet.ledger)
        } else {
            fleet.ledger.book(sent, .httpHead, .up)
        }
        let headBytes = number(CURLINFO_HEADER_SIZE)
        if !version.isHTTP2 { fleet.ledger.book(headBytes, .httpHead, .down) }
        tally(sent: version.isHTTP2 ? number(CURLINFO_REQUEST_SIZE) : sent, headBytes: headBytes)
        fleet.counts.connects += UInt64(number(CURLINFO_NUM_CONNECTS))
        isTransferring = false
        connection.end(self)
    }

    /// Counts the request and its response by the widths of what varies in them.
    private func tally(sent: Int, headBytes: Int) {
        if sent > 0 { fleet.recorder.messages.count(.request, cursorDigits: Digits.decimal(requestedCursor)) }
        if headBytes == 0 { return }
        let newest = Digits.decimal(ask { $0.cursor })
        switch responseStatus {
        case 200 where isStreaming: fleet.recorder.messages.count(.stream)
        case 200 where itemsInResponse > 0:
            fleet.recorder.messages.count(
                .response, cursorDigits: newest, lengthDigits: Digits.decimal(UInt64(bodyBytes)))
        case 200, 204, 304: fleet.recorder.messages.count(.empty, cursorDigits: newest)
        case 408 where speaksDialect: fleet.recorder.messages.count(.empty, cursorDigits: newest)
        default: fleet.recorder.messages.count(.failure)
        }
    }

    /// What the listener says. Reading the property would copy the listener.
    func ask<Answer>(_ question: (inout any ExchangeListener) -> Answer) -> Answer { question(&listener) }

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

    /// A number that libcurl has about the current exchange.
    func number(_ info: CURLINFO) -> Int {
        var value = 0
        pushlab_easy_get_long(easy, info, &value)
        return value
    }
}

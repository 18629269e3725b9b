import CCurl
import CLinux
import Glibc
import Host
import Measurement
import Transports

/// A multi handle of libcurl and the connections it keeps: one client's, or those that all clients share.
///
/// Without a handle of its own a client of HTTP/1.1 would take whatever connection of another's is idle.
final class CurlMulti {
    let index: Int
    let handle: UnsafeMutableRawPointer
    unowned let fleet: CurlFleet
    let tls: CurlTLS?
    /// When libcurl wants to be called without a socket event; `nil` for never.
    var curlDeadline: MonotonicInstant?
    /// Whether our half of a streaming response's connection is closed: its end is awaited.
    private(set) var isLeaving = false

    private let version: HTTPVersion
    private var opening: ConnectionOpening
    // With TLS, records that carried requests before the connection under way.
    private var applicationRecordsBefore = 0
    private var arrivals = ArrivalReader()
    // Bytes that libcurl has read from the socket, as far as the stamps know: with TLS, or HTTP/2.
    private var bytesRead = 0
    // Body bytes that clients were given, ever.
    private var contentBytes = 0
    // Transfers that have not ended, well or badly.
    private var unfinished = 0
    private var sockets = WatchedSockets()

    /// - Parameters:
    ///   - index: Place among the fleet's.
    ///   - fleet: Has the epoll set.
    ///   - tls: Counts TLS' bytes; `nil` for plain TCP.
    ///   - version: Tells whether all clients have their requests on one connection.
    ///   - clients: How many there are.
    init(index: Int, fleet: CurlFleet, tls: CurlTLS?, version: HTTPVersion, clients: Int) {
        guard let multi = curl_multi_init() else { preconditionFailure("libcurl is out of memory") }
        handle = multi
        self.version = version
        opening = ConnectionOpening(isShared: version == .twoShared)
        self.index = index
        self.fleet = fleet
        self.tls = tls
        let this = Unmanaged.passUnretained(self).toOpaque()
        pushlab_multi_set_socket_function(multi, curlSocketWanted)
        pushlab_multi_set_pointer(multi, CURLMOPT_SOCKETDATA, this)
        pushlab_multi_set_timer_function(multi, curlTimerWanted)
        pushlab_multi_set_pointer(multi, CURLMOPT_TIMERDATA, this)
        // 100 by itself, and the 101st would wait for another's end.
        pushlab_multi_set_long(multi, CURLMOPT_MAX_CONCURRENT_STREAMS, max(100, clients))
    }

    /// Has the connections that this easy handle opens closed here, with their last counters read.
    func adopt(_ easy: UnsafeMutableRawPointer) {
        pushlab_easy_set_close_socket_function(easy, curlSocketCloses)
        pushlab_easy_set_pointer(easy, CURLOPT_CLOSESOCKETDATA, Unmanaged.passUnretained(self).toOpaque())
        tls?.count(on: easy)
    }

    // MARK: Transfers

    var isTransferring: Bool { unfinished > 0 }
    var openSockets: [Int32] { sockets.all }
    /// Whether a connection is there that has begun to carry requests.
    var isOpen: Bool { opening.isOpen }

    /// Whether a client may begin its request now; else the fleet begins it once the connection is open.
    func admits(_ client: CurlClient) -> Bool {
        opening.admits(client.index)
    }

    func begin(_ client: CurlClient) {
        unfinished += 1
        if !isOpen { applicationRecordsBefore = tls?.up.applicationRecords ?? 0 }
        client.connection = opening.began(client.index)
        curl_multi_add_handle(handle, client.easy)
    }

    func end(_ client: CurlClient) {
        if client.result == nil { unfinished -= 1 }
        curl_multi_remove_handle(handle, client.easy)
        opening.ended(client.index)
        if opening.hasWaiting { fleet.wantsAdmission(self) }
    }

    /// The clients that have waited.
    func takeWaiting() -> [Int] {
        opening.takeWaiting()
    }

    /// Lets libcurl work on a socket event.
    func eventCame(on socket: Int32, _ events: Int32) {
        if sockets.isWanted(socket) { act(on: socket, events) } else { ignore(socket) }
    }

    // libcurl waits for nothing there: the server has closed the connection, or has said something that is read at the
    // next request. It would stay readable, and keep what is done from being served.
    private func ignore(_ socket: Int32) {
        fleet.unregister(socket)
        sockets.unregistered(socket)
        guard socket == sockets.newest else { return }
        var byte: UInt8 = 0
        let count = recv(socket, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT))
        if count == 0 || count < 0 && errno != EAGAIN { opening.broke(opening.count) }
    }

    /// Lets libcurl work on a socket event, or on its timer with ``CurlMulti/timeout``.
    func act(on socket: Int32, _ events: Int32) {
        let reads = events & CURL_CSELECT_IN != 0
        arrivals.willRead(reads ? SocketArrival.peek(socket, upTo: ArrivalReader.capacity) : nil)
        // Without a look there is nothing that a count of what was read could be compared with.
        if reads { bytesRead = readCount ?? 0 }
        var running: Int32 = 0
        var before = contentBytes
        curl_multi_socket_action(handle, socket, events, &running)
        if !isOpen, unfinished > 0, let tls, tls.up.applicationRecords > applicationRecordsBefore { opened() }
        lookForEnds()
        // Of HTTP/2 libcurl 7.88.1 may keep the rest of a frame to itself until the socket can be read again, whether it
        // read because of the socket or, for a stream that another one held up, because of its timer.
        while version.isHTTP2, contentBytes > before, unfinished > 0, let newest = sockets.newest {
            before = contentBytes
            arrivals.willRead(nil)
            curl_multi_socket_action(handle, newest, CURL_CSELECT_IN, &running)
            lookForEnds()
        }
    }

    /// A client was given so much of a body.
    ///
    /// - Parameters:
    ///   - count: Bytes of the body.
    ///   - others: Bytes that came before them on the connection, as far as is known.
    ///   - now: After the read.
    /// - Returns: When the last of them arrived.
    func delivered(_ count: Int, after others: Int, at now: MonotonicInstant) -> MonotonicInstant {
        contentBytes += count
        if let total = readCount {
            arrivals.read(total - bytesRead)
            bytesRead = total
        } else {
            arrivals.read(count + others)
        }
        return arrivals.stamp(at: now)
    }

    // Records that carry nothing of a body are told by OpenSSL alone. Streams are given their parts of one read in an
    // order of their own, so what a client is given tells nothing of what was read. Elsewhere a body tells enough, and
    // spares system calls.
    private var readCount: Int? {
        if let tls { return tls.down.bytes }
        guard version.isHTTP2, let newest = sockets.newest else { return nil }
        return SocketCounters.bytesRead(from: newest).map { Int($0) }
    }

    static let timeout: Int32 = -1

    private func lookForEnds() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(handle, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
            var context: UnsafeMutableRawPointer?
            pushlab_easy_get_pointer(easy, CURLINFO_PRIVATE, &context)
            guard let context else { continue }
            let client = Unmanaged<CurlClient>.fromOpaque(context).takeUnretainedValue()
            client.result = message.pointee.data.result
            unfinished -= 1
            note(message.pointee.data.result, of: client)
            fleet.exchangeEnded(client)
        }
    }

    // After any failure but a stream's own the connection is gone, though libcurl has it until its last transfer ends.
    private func note(_ result: CURLcode, of client: CurlClient) {
        let isStreams = result == CURLE_OK || result == CURLE_HTTP2_STREAM
        if client.wasStranded || version.isHTTP2 && !isStreams { opening.broke(client.connection) }
    }

    // MARK: The end

    /// Ends our half of a connection whose responses last: the server sees it and ends the other, so that what it has sent
    /// until then is read and booked.
    func leave() {
        guard isTransferring, !isLeaving, let newest = sockets.newest else { return }
        isLeaving = shutdown(newest, Int32(SHUT_WR)) == 0
    }

    /// Closes the connections, once no client has a transfer any more.
    func close() {
        curl_multi_cleanup(handle)
    }

    // MARK: Called by libcurl

    fileprivate func socketWanted(_ socket: Int32, _ what: Int32) {
        if what == CURL_POLL_REMOVE { return sockets.unwanted(socket) }
        let reads = what == CURL_POLL_IN || what == CURL_POLL_INOUT
        let writes = what == CURL_POLL_OUT || what == CURL_POLL_INOUT
        if reads, tls == nil, !isOpen { opened() }
        if !sockets.isKnown(socket) { SocketArrival.note(on: socket) }
        let events = (reads ? EPOLLIN.rawValue : 0) | (writes ? EPOLLOUT.rawValue : 0)
        switch sockets.wanted(socket, events: events) {
        case .keep: break
        case .add: fleet.register(socket, events, multi: index, isNew: true)
        case .modify: fleet.register(socket, events, multi: index, isNew: false)
        }
    }

    // Without TLS a connection is read from once its first request is on its way; with it the handshake is read before.
    private func opened() {
        if let opener = opening.opened() { fleet.connected(opener) }
        if opening.hasWaiting { fleet.wantsAdmission(self) }
    }

    fileprivate func timerWanted(milliseconds: Int) {
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

    fileprivate func socketCloses(_ socket: Int32) {
        if socket == sockets.newest { opening.closed() }
        sockets.closed(socket)
        // Ended by the peer while our half is open, a connection stands in CLOSE only after a reset, perhaps one that
        // followed the peer's end.
        if tls != nil { return fleet.linger(socket, endedOrderly: isLeaving) }
        fleet.bookCounters(of: socket, closedOrderly: isLeaving)
        Host.Descriptor.close(socket)
    }
}

// libcurl keeps these as C function pointers; the context is the object, which outlives its handle.

private func multi(_ context: UnsafeMutableRawPointer) -> CurlMulti {
    Unmanaged<CurlMulti>.fromOpaque(context).takeUnretainedValue()
}

private let curlSocketCloses: pushlab_close_socket_function = { context, socket in
    guard let context else { return 0 }
    multi(context).socketCloses(socket)
    return 0
}

private let curlSocketWanted: curl_socket_callback = { _, socket, what, context, _ in
    guard let context else { return 0 }
    multi(context).socketWanted(socket, what)
    return 0
}

private let curlTimerWanted: curl_multi_timer_callback = { _, milliseconds, context in
    guard let context else { return 0 }
    multi(context).timerWanted(milliseconds: milliseconds)
    return 0
}

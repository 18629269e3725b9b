import CCurl
import Glibc
import Host
import Measurement
import Transports

/// A multi handle of libcurl and its connections: those of one client, or the one that all clients share.
///
/// Each HTTP/1.1 client has its own multi handle; otherwise it would use idle connections of other clients.
final class CurlMulti {
    let index: Int
    let handle: UnsafeMutableRawPointer
    unowned let fleet: CurlFleet
    let tls: CurlTLS?
    /// When to call libcurl without a socket event; `nil` for never.
    var curlDeadline: MonotonicInstant?
    /// Whether our half of a streaming response's connection is closed; the server's end is awaited.
    var isHalfClosed = false
    /// Of the transfers on that connection.
    private(set) var lastErrors: [CurlErrorText] = []

    private let version: HTTPVersion
    /// Decides which client opens the connection, and which ones wait for it.
    var opening: ConnectionOpener
    // With TLS: number of records with application data before the current connection.
    private var applicationRecordsBefore = 0
    private var arrivals = ArrivalReader()
    // With TLS or HTTP/2: bytes that libcurl has read from the socket, and that `arrivals` has counted.
    private var bytesRead = 0
    // Body bytes passed to clients so far.
    private var contentBytes = 0
    // Transfers that have not ended yet.
    private var unfinished = 0
    /// The sockets that libcurl has open, and what it waits for on each.
    var sockets = WatchedSockets()

    /// - Parameters:
    ///   - index: Index in the fleet's array.
    ///   - fleet: Owner of the epoll set.
    ///   - tls: Counts TLS' bytes; `nil` for plain TCP.
    ///   - version: HTTP version, and whether all clients share one connection.
    ///   - clients: Number of clients.
    init(index: Int, fleet: CurlFleet, tls: CurlTLS?, version: HTTPVersion, clients: Int) {
        guard let multi = curl_multi_init() else { preconditionFailure("libcurl is out of memory") }
        handle = multi
        self.version = version
        opening = ConnectionOpener(isShared: version == .twoShared)
        self.index = index
        self.fleet = fleet
        self.tls = tls
        let this = Unmanaged.passUnretained(self).toOpaque()
        pushlab_multi_set_socket_function(multi, curlSocketWanted)
        pushlab_multi_set_pointer(multi, CURLMOPT_SOCKETDATA, this)
        pushlab_multi_set_timer_function(multi, curlTimerWanted)
        pushlab_multi_set_pointer(multi, CURLMOPT_TIMERDATA, this)
        // The default is 100, with which the 101st stream would wait for the end of another.
        pushlab_multi_set_long(multi, CURLMOPT_MAX_CONCURRENT_STREAMS, max(100, clients))
    }

    /// Lets this object close the connections of this easy handle, so that their counters are read before.
    func adopt(_ easy: UnsafeMutableRawPointer) {
        pushlab_easy_set_close_socket_function(easy, curlSocketCloses)
        pushlab_easy_set_pointer(easy, CURLOPT_CLOSESOCKETDATA, Unmanaged.passUnretained(self).toOpaque())
        tls?.count(on: easy)
    }

    // MARK: Transfers

    var isTransferring: Bool { unfinished > 0 }
    var openSockets: [Int32] { sockets.all }
    /// Whether there is a connection that carries requests.
    var isOpen: Bool { opening.isOpen }

    /// Whether a client may start its request now; otherwise the fleet starts it once the connection is open.
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

    /// Removes and returns the waiting clients.
    func takeWaiting() -> [Int] {
        opening.takeWaiting()
    }

    /// Passes a socket event to libcurl if libcurl waits for it.
    func eventCame(on socket: Int32, _ events: Int32) {
        if sockets.isWanted(socket) { act(on: socket, events) } else { ignore(socket) }
    }

    // libcurl does not wait for this socket: the server has closed the connection, or has sent bytes that libcurl reads
    // at the next request. The socket would stay readable, and the loop would never become idle to serve ended
    // exchanges, so it is removed from epoll.
    private func ignore(_ socket: Int32) {
        fleet.unregister(socket)
        sockets.unregistered(socket)
        guard socket == sockets.newest else { return }
        var byte: UInt8 = 0
        let count = recv(socket, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT))
        if count == 0 || count < 0 && errno != EAGAIN { opening.broke(opening.count) }
    }

    /// Lets libcurl handle a socket event, or its timer with ``CurlMulti/timeout``.
    func act(on socket: Int32, _ events: Int32) {
        let reads = events & CURL_CSELECT_IN != 0
        arrivals.willRead(reads ? SocketArrival.peek(socket, upTo: ArrivalReader.capacity) : nil)
        // Without a peek there is nothing to compare the number of bytes read with.
        if reads { bytesRead = readCount ?? 0 }
        var running: Int32 = 0
        var before = contentBytes
        curl_multi_socket_action(handle, socket, events, &running)
        if !isOpen, unfinished > 0, let tls, tls.up.applicationRecords > applicationRecordsBefore { opened() }
        lookForEnds()
        // With HTTP/2, libcurl 7.88.1 may buffer the rest of a frame until the socket is readable again. This happens
        // after a socket event, and after its timer for a stream that another stream delayed.
        while version.isHTTP2, contentBytes > before, unfinished > 0, let newest = sockets.newest {
            before = contentBytes
            arrivals.willRead(nil)
            curl_multi_socket_action(handle, newest, CURL_CSELECT_IN, &running)
            lookForEnds()
        }
    }

    /// Body bytes were passed to a client.
    ///
    /// - Parameters:
    ///   - count: Bytes of the body.
    ///   - others: Bytes before them on the connection, such as headers, if known.
    ///   - now: The time after the read.
    /// - Returns: When the last of the bytes arrived.
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

    // Bytes read from the socket; `nil` if the body bytes are a sufficient measure, which saves system calls. With TLS
    // only OpenSSL reports records without body bytes. With HTTP/2 libcurl passes the parts of one read to the streams
    // in any order, so the body bytes of one client do not show how much was read.
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

    // After any failure except a stream error the connection is gone, although libcurl keeps it until its last transfer
    // ends.
    private func note(_ result: CURLcode, of client: CurlClient) {
        let isStreams = result == CURLE_OK || result == CURLE_HTTP2_STREAM
        if client.wasStranded || version.isHTTP2 && !isStreams { opening.broke(client.connection) }
    }

    /// The connection carries requests from now on.
    ///
    /// Without TLS, libcurl first reads from a connection after the first request was sent; with TLS it reads the
    /// handshake before.
    func opened() {
        if let opener = opening.opened() { fleet.connected(opener) }
        if opening.hasWaiting { fleet.wantsAdmission(self) }
    }

    // MARK: The end

    /// Closes our half of a connection with responses. The server then closes the other half, so all bytes that it has
    /// sent are read and counted.
    func halfClose() {
        guard isTransferring, !isHalfClosed, let newest = sockets.newest else { return }
        isHalfClosed = shutdown(newest, Int32(SHUT_WR)) == 0
    }

    /// Looks at a transfer's error to find how the half-closed connection ended.
    func watch(_ error: CurlErrorText) {
        lastErrors.append(error)
    }

    /// Closes the connections. No client may have a transfer.
    func close() {
        curl_multi_cleanup(handle)
    }
}

import CCurl
import Host
import Measurement

/// A multi handle of libcurl: the requests of many clients, and libcurl's timer.
///
/// A multi handle needs a pair of sockets, and one call of it begins the requests of all its clients. So
/// clients share one where ``CurlRoute`` keeps their connections apart. Otherwise each connection has its own.
final class CurlMulti {
    let index: Int
    let handle: UnsafeMutableRawPointer
    unowned(unsafe) let fleet: CurlFleet
    /// When to call libcurl without a socket event; `nil` for never.
    var curlDeadline: MonotonicInstant?
    /// Whether the fleet will call ``actOnTimer()`` in this turn.
    var isActionWanted = false
    /// Number of connections that it carries at most at a time.
    private(set) var places = 0
    // Transfers that have not ended yet.
    private var unfinished = 0
    // Of a handle with one connection.
    private unowned(unsafe) var only: CurlConnection?

    /// Connections of one handle. At the end of each request libcurl (7.88.1) looks through them until it finds that of
    /// the request: with 256, a request costs 5 % more than with 32. But each handle takes two descriptors.
    static let mostConnections = 64

    /// - Parameters:
    ///   - index: Index in the fleet's array.
    ///   - fleet: Owner of the epoll set.
    ///   - streams: Streams on one HTTP/2 connection at a time.
    init(index: Int, fleet: CurlFleet, streams: Int) {
        guard let multi = curl_multi_init() else { preconditionFailure("libcurl is out of memory") }
        handle = multi
        self.index = index
        self.fleet = fleet
        let this = Unmanaged.passUnretained(self).toOpaque()
        pushlab_multi_set_socket_function(multi, curlSocketWanted)
        pushlab_multi_set_pointer(multi, CURLMOPT_SOCKETDATA, this)
        pushlab_multi_set_timer_function(multi, curlTimerWanted)
        pushlab_multi_set_pointer(multi, CURLMOPT_TIMERDATA, this)
        // The default is 100, with which the 101st stream would wait for the end of another.
        pushlab_multi_set_long(multi, CURLMOPT_MAX_CONCURRENT_STREAMS, max(100, streams))
        // By default libcurl keeps four idle connections per request that is under way, and closes the others.
        pushlab_multi_set_long(multi, CURLMOPT_MAXCONNECTS, 4 * Self.mostConnections)
    }

    /// A connection joins the handle; if `isAlone`, no other one does.
    func carry(_ connection: CurlConnection, isAlone: Bool) {
        places += 1
        if isAlone { only = connection }
    }

    // MARK: Transfers

    var isTransferring: Bool { unfinished > 0 }

    func begin(_ client: CurlClient) {
        unfinished += 1
        curl_multi_add_handle(handle, client.easy)
    }

    func end(_ client: CurlClient) {
        if client.result == nil { unfinished -= 1 }
        curl_multi_remove_handle(handle, client.easy)
    }

    /// Lets libcurl handle an event of a connection's socket.
    func act(for connection: CurlConnection, on socket: Int32, _ events: Int32) {
        run(socket, events, for: connection, reading: events & CURL_CSELECT_IN != 0 ? socket : nil)
        if connection === only { readBuffered(connection) }
    }

    /// Lets libcurl handle its timer: requests begin, and streams that others delayed go on.
    func actOnTimer() {
        run(CurlMulti.timeout, 0, for: only, reading: nil)
        if let only { readBuffered(only) }
    }

    // With HTTP/2, libcurl 7.88.1 may buffer the rest of a frame until the socket is readable again. This happens after
    // a socket event, and after its timer for a stream that another stream delayed.
    private func readBuffered(_ connection: CurlConnection) {
        while isTransferring, let socket = connection.socketWithBufferedFrames() {
            run(socket, CURL_CSELECT_IN, for: connection, reading: nil)
        }
    }

    // CURL_SOCKET_TIMEOUT
    private static let timeout: Int32 = -1

    private func run(_ socket: Int32, _ events: Int32, for connection: CurlConnection?, reading: Int32?) {
        connection?.willRead(from: reading)
        var running: Int32 = 0
        curl_multi_socket_action(handle, socket, events, &running)
        connection?.hasRead()
        lookForEnds()
    }

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
            client.connection.noteEnd(of: client)
            fleet.exchangeEnded(client)
        }
    }

    /// The connection that waits for a socket: the one that it was opened for. A handle with one connection may also
    /// wait for sockets that libcurl opens by itself, to look a name up.
    fileprivate func connection(of socket: Int32) -> CurlConnection? {
        only ?? fleet.owner(of: socket)
    }

    // libcurl sets a timer of zero to start a request.
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

    /// Closes the connections. No client may have a transfer.
    func close() {
        curl_multi_cleanup(handle)
    }
}

// libcurl stores these as C function pointers; the context is the object, which outlives its handle.

let curlSocketWanted: curl_socket_callback = { _, socket, what, context, _ in
    guard let context else { return 0 }
    let multi = Unmanaged<CurlMulti>.fromOpaque(context).takeUnretainedValue()
    multi.connection(of: socket)?.socketWanted(socket, what)
    return 0
}

let curlTimerWanted: curl_multi_timer_callback = { _, milliseconds, context in
    guard let context else { return 0 }
    Unmanaged<CurlMulti>.fromOpaque(context).takeUnretainedValue().timerWanted(milliseconds: milliseconds)
    return 0
}

import CCurl
import Glibc
import Host
import Measurement
import Transports

/// The connection that carries a client's requests, or that of all clients; a new one replaces it when it ends.
final class CurlConnection {
    let index: Int
    let multi: CurlMulti
    unowned(unsafe) let fleet: CurlFleet
    let tls: CurlTLS?
    /// Whether our half of a streaming response's connection is closed; the server's end is awaited.
    var isHalfClosed = false
    /// Of the transfers on that connection.
    private(set) var lastErrors: [CurlErrorText] = []
    /// The sockets that libcurl has open, and what it waits for on each.
    var sockets = WatchedSockets()
    /// Decides which client opens the connection, and which ones wait for it.
    var opening: ConnectionOpener

    private let version: HTTPVersion
    // With TLS: number of records with application data before the current connection.
    private var applicationRecordsBefore = 0
    private var arrivals = ArrivalReader()
    // Whether libcurl is handling an event of this connection.
    private var isReading = false
    // With TLS or HTTP/2: bytes that libcurl has read from the socket, and that `arrivals` has counted.
    private var bytesRead = 0
    // With HTTP/2: body bytes passed to clients since libcurl was last called.
    private var contentBytes = 0
    // Transfers that have not ended yet.
    private var unfinished = 0

    /// - Parameters:
    ///   - index: Index in the fleet's array.
    ///   - multi: Carries its requests.
    ///   - tls: Counts TLS' bytes; `nil` for plain TCP.
    ///   - version: HTTP version, and whether all clients share one connection.
    init(index: Int, multi: CurlMulti, tls: CurlTLS?, version: HTTPVersion) {
        self.index = index
        self.multi = multi
        fleet = multi.fleet
        self.tls = tls
        self.version = version
        opening = ConnectionOpener(isShared: version == .twoShared)
    }

    /// Lets this object close the connections of this easy handle, so that their counters are read before.
    func adopt(_ easy: UnsafeMutableRawPointer) {
        pushlab_easy_set_close_socket_function(easy, curlSocketCloses)
        pushlab_easy_set_pointer(easy, CURLOPT_CLOSESOCKETDATA, Unmanaged.passUnretained(self).toOpaque())
        tls?.count(on: easy)
    }

    /// A socket opens for a request of this connection.
    func opens(_ socket: Int32) {
        fleet.owns(self, socket)
    }

    // MARK: Transfers

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
        client.connectionNumber = opening.began(client.index)
        multi.begin(client)
    }

    func end(_ client: CurlClient) {
        if client.result == nil { unfinished -= 1 }
        multi.end(client)
        opening.ended(client.index)
        if opening.hasWaiting { fleet.wantsAdmission(self) }
    }

    /// Removes and returns the waiting clients.
    func takeWaiting() -> [Int] {
        opening.takeWaiting()
    }

    /// Passes a socket event to libcurl if libcurl waits for it.
    func eventCame(on socket: Int32, _ events: Int32) {
        if sockets.isWanted(socket) { multi.act(for: self, on: socket, events) } else { ignore(socket) }
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

    // MARK: Reads

    /// libcurl is about to read from this socket, or to act without a socket event.
    func willRead(from socket: Int32?) {
        isReading = true
        contentBytes = 0
        guard let socket else { return arrivals.willRead(nil) }
        arrivals.willRead(SocketArrival.peek(socket, upTo: ArrivalReader.capacity, clocks: fleet.clocks))
        // Without a peek there is nothing to compare the number of bytes read with.
        if version.isHTTP2 || tls != nil { bytesRead = readCount ?? 0 }
    }

    /// libcurl has read.
    func hasRead() {
        isReading = false
        guard let tls, !isOpen, unfinished > 0 else { return }
        if tls.up.applicationRecords > applicationRecordsBefore { opened() }
    }

    /// The socket that libcurl reads once more although it is not readable; `nil` if it has nothing buffered.
    func socketWithBufferedFrames() -> Int32? {
        version.isHTTP2 && contentBytes > 0 ? sockets.newest : nil
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
        // libcurl found the bytes while it handled an event of another connection.
        if !isReading { arrivals.willRead(nil) }
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

    /// A client's exchange has ended. After any failure except a stream error the connection is gone, although libcurl
    /// keeps it until its last transfer ends.
    func noteEnd(of client: CurlClient) {
        unfinished -= 1
        let isStreams = client.result == CURLE_OK || client.result == CURLE_HTTP2_STREAM
        if client.wasStranded || version.isHTTP2 && !isStreams { opening.broke(client.connectionNumber) }
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
        guard unfinished > 0, !isHalfClosed, let newest = sockets.newest else { return }
        isHalfClosed = Descriptor.endOutput(of: newest)
    }

    /// Looks at a transfer's error to find how the half-closed connection ended.
    func watch(_ error: CurlErrorText) {
        lastErrors.append(error)
    }
}

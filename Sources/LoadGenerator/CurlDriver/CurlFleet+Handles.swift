import CLinux
import ConnectionEnds
import Host
import Measurement
import WireAccounting

/// What clients and their handles report to the driver.
extension CurlFleet {
    func register(_ socket: Int32, _ events: UInt32, connection: Int, isNew: Bool) {
        let tag = UInt64(connection) << 32 | UInt64(UInt32(bitPattern: socket))
        var event = epoll_event(events: events, data: epoll_data_t(u64: tag))
        if isNew, epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event) == 0 { return }
        epoll_ctl(epoll, EPOLL_CTL_MOD, socket, &event)
    }

    /// libcurl opens this socket for a request of the connection.
    func owns(_ connection: CurlConnection, _ socket: Int32) {
        let place = Int(socket)
        while owners.count <= place { owners.append(nil) }
        owners[place] = Unmanaged.passUnretained(connection)
    }

    /// The socket closes.
    func disowns(_ socket: Int32) {
        if owners.indices.contains(Int(socket)) { owners[Int(socket)] = nil }
    }

    /// The connection that the socket was opened for.
    func owner(of socket: Int32) -> CurlConnection? {
        owners.indices.contains(Int(socket)) ? owners[Int(socket)]?.takeUnretainedValue() : nil
    }

    func unregister(_ socket: Int32) {
        var event = epoll_event()
        epoll_ctl(epoll, EPOLL_CTL_DEL, socket, &event)
    }

    /// A client's first request was sent.
    func clientConnected() {
        connectedCount += 1
        if connectedCount == clients.count { connectedAt = MonotonicClock.now() }
    }

    /// This client's request has opened a connection.
    func connected(_ client: Int) {
        clients[client].connected()
    }

    func exchangeEnded(_ client: CurlClient) {
        ended.append(client)
    }

    func wantsAction(_ multi: CurlMulti) {
        if multi.isActionWanted { return }
        multi.isActionWanted = true
        actionWanted.append(multi)
    }

    func wantsAdmission(_ connection: CurlConnection) {
        admissionWanted.append(connection)
    }

    func wantsTimer(_ multi: CurlMulti, at deadline: MonotonicInstant) {
        curlTimers.insert(multi.index, at: deadline)
    }

    /// Takes over the socket of a TLS connection that its client no longer needs; see ``LingeringSockets``.
    func linger(_ socket: Int32, endedOrderly: Bool) {
        unregister(socket)
        lingering.take(socket, endedOrderly: endedOrderly)
    }

    func bookCounters(of socket: Int32, closedOrderly: Bool) {
        if let count = SocketCounters.read(socket, closedOrderly: closedOrderly) {
            kernel.merge(count)
        } else {
            unreadCounters += 1
        }
    }
}

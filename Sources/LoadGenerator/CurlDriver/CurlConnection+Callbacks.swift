import CCurl
import CLinux
import Host
import Measurement

/// What libcurl calls: it waits for a socket, or closes one.
extension CurlConnection {
    func socketWanted(_ socket: Int32, _ what: Int32) {
        if what == CURL_POLL_REMOVE { return sockets.unwanted(socket) }
        let reads = what == CURL_POLL_IN || what == CURL_POLL_INOUT
        let writes = what == CURL_POLL_OUT || what == CURL_POLL_INOUT
        if reads, tls == nil, !isOpen { opened() }
        if !sockets.isKnown(socket) { SocketArrival.enableTimestamps(on: socket) }
        let events = (reads ? EPOLLIN.rawValue : 0) | (writes ? EPOLLOUT.rawValue : 0)
        switch sockets.wanted(socket, events: events) {
        case .keep: break
        case .add: fleet.register(socket, events, connection: index, isNew: true)
        case .modify: fleet.register(socket, events, connection: index, isNew: false)
        }
    }

    fileprivate func socketCloses(_ socket: Int32) {
        let isNewest = socket == sockets.newest
        if isNewest { opening.closed() }
        sockets.closed(socket)
        fleet.disowns(socket)
        // If the peer ended the connection while our half is open, state CLOSE means a reset, perhaps one that followed
        // the peer's FIN. With our half closed, only libcurl has seen whether it was a reset.
        let isOrderly = isHalfClosed && !lastErrors.contains { $0.isReset }
        // A client that left comes back on another connection.
        if isNewest, fleet.ending == nil { isHalfClosed = false }
        if tls != nil { return fleet.linger(socket, endedOrderly: isOrderly) }
        fleet.bookCounters(of: socket, closedOrderly: isOrderly)
        Host.Descriptor.close(socket)
    }
}

// libcurl stores it as a C function pointer; the context is the object, which outlives libcurl's handle.
let curlSocketCloses: pushlab_close_socket_function = { context, socket in
    guard let context else { return 0 }
    Unmanaged<CurlConnection>.fromOpaque(context).takeUnretainedValue().socketCloses(socket)
    return 0
}

import CCurl
import CLinux
import Host
import Measurement

/// What libcurl calls: it waits for a socket or a time, or closes a connection.
extension CurlMulti {
    fileprivate func socketWanted(_ socket: Int32, _ what: Int32) {
        if what == CURL_POLL_REMOVE { return sockets.unwanted(socket) }
        let reads = what == CURL_POLL_IN || what == CURL_POLL_INOUT
        let writes = what == CURL_POLL_OUT || what == CURL_POLL_INOUT
        if reads, tls == nil, !isOpen { opened() }
        if !sockets.isKnown(socket) { SocketArrival.enableTimestamps(on: socket) }
        let events = (reads ? EPOLLIN.rawValue : 0) | (writes ? EPOLLOUT.rawValue : 0)
        switch sockets.wanted(socket, events: events) {
        case .keep: break
        case .add: fleet.register(socket, events, multi: index, isNew: true)
        case .modify: fleet.register(socket, events, multi: index, isNew: false)
        }
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
        let isNewest = socket == sockets.newest
        if isNewest { opening.closed() }
        sockets.closed(socket)
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

// libcurl stores these as C function pointers; the context is the object, which outlives its handle.

private func multi(_ context: UnsafeMutableRawPointer) -> CurlMulti {
    Unmanaged<CurlMulti>.fromOpaque(context).takeUnretainedValue()
}

let curlSocketCloses: pushlab_close_socket_function = { context, socket in
    guard let context else { return 0 }
    multi(context).socketCloses(socket)
    return 0
}

let curlSocketWanted: curl_socket_callback = { _, socket, what, context, _ in
    guard let context else { return 0 }
    multi(context).socketWanted(socket, what)
    return 0
}

let curlTimerWanted: curl_multi_timer_callback = { _, milliseconds, context in
    guard let context else { return 0 }
    multi(context).timerWanted(milliseconds: milliseconds)
    return 0
}

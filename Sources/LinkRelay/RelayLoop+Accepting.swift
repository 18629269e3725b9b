import CLinux
import Glibc
import Host
import Measurement

/// New connections, as long as the limit and the system allow them.
extension RelayLoop {
    // Time for other connections or processes to release descriptors.
    private static let acceptPause = Duration.milliseconds(100)
    private static let acceptsAtOnce = 64

    func accept() {
        for _ in 0..<Self.acceptsAtOnce where isListening {
            let client = RelaySocket.accept(from: listening)
            if client >= 0 {
                open(client)
            } else if [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(errno) {
                reserve.release()
                report.note("the system had no file descriptor or memory for a connection; raise 'ulimit -n'")
                listen(false)
                acceptsAgainAt = MonotonicClock.now() + Self.acceptPause
            } else if errno != EINTR, errno != ECONNABORTED {
                return
            }
        }
    }

    private func open(_ client: Int32) {
        let slot = freeSlots.popLast() ?? slots.count
        if slot == slots.count { slots.append(nil) }
        let connection = RelayedConnection(client, loop: self, slot: slot, number: accepted)
        accepted += 1
        openCount += 1
        report.connections += 1
        slots[slot] = connection
        if openCount >= plan.maximumConnections { listen(false) }
        connection.start()
    }

    func listen(_ accepts: Bool) {
        guard accepts != isListening else { return }
        isListening = accepts
        var event = epoll_event(events: accepts ? EPOLLIN.rawValue : 0, data: epoll_data_t(u64: Self.listeningTag))
        epoll_ctl(epoll, EPOLL_CTL_MOD, listening, &event)
    }
}

/// Which sockets of a multi handle epoll knows, and which of them libcurl wants to hear of.
///
/// libcurl's wishes change twice a request, epoll's registration only when it must: a socket that is not wanted stays
/// registered, for the next request wants the same, and two system calls are saved.
struct WatchedSockets {
    /// What epoll is to be told.
    enum Registration: Equatable { case keep, add, modify }

    private struct Watched {
        let socket: Int32
        // None while it is not registered.
        var events: UInt32
        var isWanted = true
    }

    // The newest last. One, but for the time in which a new connection takes the place of one that is gone.
    private var sockets: [Watched] = []

    var newest: Int32? { sockets.last?.socket }
    var all: [Int32] { sockets.map(\.socket) }

    func isKnown(_ socket: Int32) -> Bool { place(of: socket) != nil }

    func isWanted(_ socket: Int32) -> Bool { place(of: socket).map { sockets[$0].isWanted } ?? false }

    /// libcurl waits for these events of a socket.
    mutating func wanted(_ socket: Int32, events: UInt32) -> Registration {
        guard let place = place(of: socket) else {
            sockets.append(Watched(socket: socket, events: events))
            return .add
        }
        sockets[place].isWanted = true
        let before = sockets[place].events
        sockets[place].events = events
        return before == events ? .keep : before == 0 ? .add : .modify
    }

    /// libcurl waits for nothing there.
    mutating func unwanted(_ socket: Int32) {
        if let place = place(of: socket) { sockets[place].isWanted = false }
    }

    /// epoll has been told to forget it; libcurl may want it again.
    mutating func unregistered(_ socket: Int32) {
        if let place = place(of: socket) { sockets[place].events = 0 }
    }

    mutating func closed(_ socket: Int32) {
        sockets.removeAll { $0.socket == socket }
    }

    private func place(of socket: Int32) -> Int? {
        sockets.firstIndex { $0.socket == socket }
    }
}

/// The sockets of a multi handle: which are registered with epoll, and whether libcurl waits for events on them.
///
/// What libcurl waits for changes twice per request. The epoll registration changes only if necessary: a socket that
/// libcurl does not wait for stays registered, because the next request needs the same registration. This saves two
/// system calls.
struct WatchedSockets {
    /// The required change of the epoll registration.
    enum Registration: Equatable { case keep, add, modify }

    private struct Watched {
        let socket: Int32
        // 0 while it is not registered.
        var events: UInt32
        var isWanted = true
    }

    // The newest last. Usually one; two while a new connection replaces one that is gone.
    private var sockets: [Watched] = []

    var newest: Int32? { sockets.last?.socket }
    var all: [Int32] { sockets.map(\.socket) }

    func isKnown(_ socket: Int32) -> Bool { place(of: socket) != nil }

    func isWanted(_ socket: Int32) -> Bool { place(of: socket).map { sockets[$0].isWanted } ?? false }

    /// libcurl waits for these events on a socket.
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

    /// libcurl waits for no event on the socket.
    mutating func unwanted(_ socket: Int32) {
        if let place = place(of: socket) { sockets[place].isWanted = false }
    }

    /// The socket was removed from epoll; libcurl may wait for it again later.
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

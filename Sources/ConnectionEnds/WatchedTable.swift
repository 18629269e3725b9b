import CLinux

/// The sockets of a loop by descriptor. An event of a socket that has closed meanwhile reaches none.
struct WatchedTable {
    private var sockets: ContiguousArray<(socket: any WatchedSocket, serial: UInt32)?> = []
    private var lastSerial: UInt32 = 0

    // Of a socket's object: what every event needs should be there.
    private static let prefetchedBytes = 256

    /// - Returns: The tag of the socket's events, and whether it has just been added.
    mutating func add(_ socket: any WatchedSocket) -> (tag: UInt64, isNew: Bool) {
        let place = Int(socket.socket)
        while sockets.count <= place { sockets.append(nil) }
        if let known = sockets[place] { return (tag(place, known.serial), false) }
        // The tags of the loop's own descriptors are never one of these, as no descriptor is that large.
        lastSerial &+= 1
        sockets[place] = (socket, lastSerial)
        return (tag(place, lastSerial), true)
    }

    mutating func remove(_ socket: any WatchedSocket) {
        sockets[Int(socket.socket)] = nil
    }

    subscript(tag: UInt64) -> (any WatchedSocket)? {
        let place = Int(tag & 0xffff_ffff)
        guard place < sockets.count, let watched = sockets[place], watched.serial == UInt32(tag >> 32) else {
            return nil
        }
        return watched.socket
    }

    /// Has the processor fetch the socket of an event that comes later.
    func prefetch(_ tag: UInt64) {
        let place = Int(tag & 0xffff_ffff)
        guard place < sockets.count, let watched = sockets[place] else { return }
        let object: AnyObject = watched.socket
        pushlab_prefetch(Unmanaged.passUnretained(object).toOpaque(), Self.prefetchedBytes)
    }

    private func tag(_ place: Int, _ serial: UInt32) -> UInt64 { UInt64(serial) << 32 | UInt64(place) }
}

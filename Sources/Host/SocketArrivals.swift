import CLinux
import Glibc
import Measurement

/// When bytes that wait in a TCP socket arrived, as the kernel's network stack noted it (`SO_TIMESTAMPNS`, socket(7)):
/// before the program was woken, and however long it was busy with other sockets.
package struct SocketArrival: Sendable, Equatable {
    /// Bytes that waited, at most as many as were asked about.
    package let bytes: Int
    /// When the last of them arrived. Where segments were joined in the queue, it is the later one's instant.
    package let instant: MonotonicInstant

    package init(bytes: Int, instant: MonotonicInstant) {
        self.bytes = bytes
        self.instant = instant
    }

    /// Asks the kernel to note arrivals from now on; segments that wait already have no note.
    ///
    /// - Returns: False if this is no socket, or the kernel cannot.
    @discardableResult
    package static func note(on socket: Int32) -> Bool {
        pushlab_note_arrivals(socket)
    }

    /// Looks at what waits in the socket without reading it: one system call, nothing copied or allocated.
    ///
    /// - Parameters:
    ///   - socket: A TCP socket.
    ///   - capacity: How many bytes the next read takes at most.
    /// - Returns: `nil` if nothing waits, or the kernel noted nothing.
    package static func peek(_ socket: Int32, upTo capacity: Int) -> SocketArrival? {
        var arrived: Int64 = 0
        let bytes = pushlab_peek_arrival(socket, UInt64(capacity), &arrived)
        guard bytes > 0, arrived > 0 else { return nil }
        // The note is of the time of day. Its age, read off now, carries it over; the wall clock being set between the
        // arrival and here is the one thing that would falsify it, and an arrival in the future shows that.
        let (wall, now) = bothClocks()
        let age = wall - arrived
        guard age >= 0 else { return nil }
        return SocketArrival(bytes: Int(bytes), instant: MonotonicInstant(nanoseconds: now.nanoseconds - age))
    }

    // The time of day in nanoseconds and the monotonic clock, read within 20 µs, so that no other thread had its turn
    // between; after three tries as they are, which makes the arrival too late and never too early.
    private static func bothClocks() -> (wall: Int64, now: MonotonicInstant) {
        var wall = timespec()
        var now = MonotonicClock.now()
        for _ in 0..<3 {
            let before = now
            clock_gettime(CLOCK_REALTIME, &wall)
            now = MonotonicClock.now()
            if now - before < .microseconds(20) { break }
        }
        return (Int64(wall.tv_sec) * 1_000_000_000 + Int64(wall.tv_nsec), now)
    }
}

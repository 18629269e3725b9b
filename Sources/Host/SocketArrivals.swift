import CLinux
import Glibc
import Measurement

/// When the unread bytes of a TCP socket arrived: the kernel's receive timestamp (`SO_TIMESTAMPNS`, socket(7)). It does
/// not depend on when the program wakes up, or how long it is busy with other sockets.
package struct SocketArrival: Sendable, Equatable {
    /// Number of unread bytes, at most the requested capacity.
    package let bytes: Int
    /// When the last of them arrived. For segments that the kernel merged, this is the later time.
    package let instant: MonotonicInstant

    package init(bytes: Int, instant: MonotonicInstant) {
        self.bytes = bytes
        self.instant = instant
    }

    /// Enables receive timestamps from now on; unread segments received before have no timestamp.
    ///
    /// - Returns: False if this is not a socket, or the kernel does not support timestamps.
    @discardableResult
    package static func enableTimestamps(on socket: Int32) -> Bool {
        pushlab_enable_timestamps(socket)
    }

    /// Looks at the unread bytes of a socket without reading them: two system calls, no copy, no allocation. An error
    /// of the socket stays for the next read.
    ///
    /// - Parameters:
    ///   - socket: A TCP socket.
    ///   - capacity: Maximum bytes of the next read.
    /// - Returns: `nil` if no bytes are unread, or they have no timestamp.
    package static func peek(_ socket: Int32, upTo capacity: Int) -> SocketArrival? {
        var arrived: Int64 = 0
        let bytes = pushlab_peek_arrival(socket, UInt64(capacity), &arrived)
        guard bytes > 0, arrived > 0 else { return nil }
        guard let instant = instant(ofTimestamp: arrived) else { return nil }
        return SocketArrival(bytes: Int(bytes), instant: instant)
    }

    /// Reads bytes without waiting: one system call, no allocation.
    ///
    /// - Parameters:
    ///   - socket: A TCP socket.
    ///   - buffer: Where the bytes go.
    /// - Returns: Their number, 0 at the end of the stream, -1 with `errno` set; and when the last of them arrived,
    ///   `nil` without a timestamp.
    package static func read(
        _ socket: Int32, into buffer: UnsafeMutableRawBufferPointer
    ) -> (count: Int, instant: MonotonicInstant?) {
        var arrived: Int64 = 0
        let count = pushlab_receive(socket, buffer.baseAddress, UInt64(buffer.count), &arrived)
        guard count > 0, arrived > 0 else { return (Int(count), nil) }
        return (Int(count), instant(ofTimestamp: arrived))
    }

    /// The same with clocks that were read shortly before, for a thread that reads many sockets in a row.
    package static func peek(_ socket: Int32, upTo capacity: Int, clocks: ArrivalClocks) -> SocketArrival? {
        var arrived: Int64 = 0
        let bytes = pushlab_peek_arrival(socket, UInt64(capacity), &arrived)
        guard bytes > 0, arrived > 0 else { return nil }
        return SocketArrival(bytes: Int(bytes), instant: clocks.instant(ofTimestamp: arrived))
    }

    /// Reads bytes without waiting: one system call, no allocation.
    ///
    /// - Parameters:
    ///   - socket: A TCP socket.
    ///   - buffer: Where the bytes go.
    ///   - clocks: Both clocks, read shortly before.
    /// - Returns: Their number, 0 at the end of the stream, -1 with `errno` set; and when the last of them arrived: the
    ///   time after the read without a timestamp, or with one that somebody who set the wall clock has falsified.
    package static func read(
        _ socket: Int32, into buffer: UnsafeMutableRawBufferPointer, clocks: ArrivalClocks
    ) -> (count: Int, arrival: MonotonicInstant) {
        var arrived: Int64 = 0
        let count = pushlab_receive(socket, buffer.baseAddress, UInt64(buffer.count), &arrived)
        guard count > 0 else { return (Int(count), MonotonicInstant(nanoseconds: 0)) }
        let now = MonotonicClock.now()
        return (Int(count), arrived > 0 ? min(clocks.instant(ofTimestamp: arrived), now) : now)
    }

    // The timestamp is wall-clock time. Its age at this moment converts it to the monotonic clock. Only setting the
    // wall clock after the arrival falsifies it; an arrival in the future shows that and is rejected.
    private static func instant(ofTimestamp arrived: Int64) -> MonotonicInstant? {
        let clocks = ArrivalClocks.now()
        let instant = clocks.instant(ofTimestamp: arrived)
        return instant <= clocks.read ? instant : nil
    }
}

/// Wall clock and monotonic clock at about the same moment. Their difference stays the same until somebody sets the
/// wall clock.
package struct ArrivalClocks: Sendable {
    /// When the monotonic clock was read.
    package let read: MonotonicInstant
    // Wall clock minus monotonic clock, ns.
    private let difference: Int64

    /// Reads both within 20 µs, so that no other thread ran meanwhile. After three tries the last readings are used;
    /// arrivals are then too late, never too early.
    package static func now() -> ArrivalClocks {
        var wall = timespec()
        var now = MonotonicClock.now()
        for _ in 0..<3 {
            let before = now
            clock_gettime(CLOCK_REALTIME, &wall)
            now = MonotonicClock.now()
            if now - before < .microseconds(20) { break }
        }
        let time = Int64(wall.tv_sec) * 1_000_000_000 + Int64(wall.tv_nsec)
        return ArrivalClocks(read: now, difference: time - now.nanoseconds)
    }

    func instant(ofTimestamp arrived: Int64) -> MonotonicInstant {
        MonotonicInstant(nanoseconds: arrived - difference)
    }
}

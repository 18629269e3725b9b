import CLinux
import Glibc

/// Operations on file descriptors; the name keeps them distinct from methods called `close` and `write`.
package enum Descriptor {
    /// A write to a pipe or socket whose reader is gone becomes an error instead of the end of the program.
    package static func ignoreBrokenPipes() {
        signal(SIGPIPE, SIG_IGN)
    }

    package static func close(_ descriptor: Int32) {
        _ = Glibc.close(descriptor)
    }

    /// Writes all of the bytes, in as many calls as the system needs.
    ///
    /// - Parameters:
    ///   - bytes: The bytes to write.
    ///   - descriptor: Open for writing, in blocking mode.
    ///   - name: Name of the file in the fault.
    /// - Throws: ``FileFault`` with the system's reason; part of the bytes may be written then.
    package static func write(_ bytes: [UInt8], to descriptor: Int32, named name: String) throws(FileFault) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress?.advanced(by: written), $0.count - written)
            }
            if count < 0, errno != EINTR { throw FileFault(path: name, errorNumber: errno) }
            written += max(0, count)
        }
    }

    /// Sends bytes on a socket, as many as its buffer takes, without waiting.
    ///
    /// - Parameters:
    ///   - bytes: The bytes to send.
    ///   - socket: A connected socket; a closed connection does not end the program (`MSG_NOSIGNAL`).
    /// - Returns: Number of bytes that the socket has taken: 0 if its buffer is full, `nil` after another error.
    package static func send(_ bytes: UnsafeRawBufferPointer, to socket: Int32) -> Int? {
        let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
        let count = Glibc.send(socket, bytes.baseAddress, bytes.count, flags)
        if count >= 0 { return count }
        return errno == EAGAIN || errno == EINTR ? 0 : nil
    }

    /// Ends the output of a socket: its peer reads to the end, and may still send.
    ///
    /// - Returns: `false` if the socket is not connected.
    @discardableResult
    package static func endOutput(of socket: Int32) -> Bool {
        shutdown(socket, Int32(SHUT_WR)) == 0
    }

    /// Waits for events of an epoll set.
    ///
    /// - Parameters:
    ///   - events: Has room for at least one event.
    ///   - epoll: The set.
    ///   - limit: How long to wait at most, in nanoseconds; `nil` to wait for as long as it takes.
    /// - Returns: Number of events; 0 also after an interrupting signal.
    package static func wait(
        for events: UnsafeMutableBufferPointer<epoll_event>, of epoll: Int32, atMost limit: Int64?
    ) -> Int {
        let most = Int32(events.count)
        guard let limit, limit > 0 else {
            return Int(max(0, epoll_wait(epoll, events.baseAddress, most, limit == nil ? -1 : 0)))
        }
        var time = timespec(tv_sec: Int(limit / 1_000_000_000), tv_nsec: Int(limit % 1_000_000_000))
        return Int(max(0, epoll_pwait2(epoll, events.baseAddress, most, &time, nil)))
    }
}

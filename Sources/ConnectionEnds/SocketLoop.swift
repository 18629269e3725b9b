import CLinux
import Glibc
import Host
import Measurement
import NIOCore
import Synchronization

/// What a ``SocketLoop`` reports events of a socket to.
package protocol WatchedSocket: AnyObject {
    /// The socket; it stays the same while it is watched.
    var socket: Int32 { get }

    /// The socket has these events of epoll.
    func ready(_ events: UInt32)
}

/// A thread with an epoll set: the event loop of plain TCP connections, of servers and clients.
///
/// A read or a write is one system call, without a channel of SwiftNIO. What waits for a time or comes from other
/// threads is as on any event loop of SwiftNIO.
///
/// `@unchecked Sendable` is safe because a mutex guards what other threads write, and all other state is accessed on
/// the loop's thread only.
package final class SocketLoop: EventLoop, @unchecked Sendable {
    /// Bytes that one read takes at most.
    package static let readBytes = 16 << 10

    private let epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
    private let wakeUp = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    private let timer = LoopTimer()
    // Of the loop's thread; 0 before it runs.
    let thread = Atomic<UInt>(0)
    let lastNumber = Atomic<Int>(0)

    // Guards what other threads leave for the loop.
    let mailbox = Mutex(Mailbox())
    // The one who runs tasks after the loop's end.
    let lateTasks = Mutex<Void>(())

    var deadlines = DeadlineHeap()
    var timers: [Int: Timer] = [:]
    /// Tasks that the loop's thread has left for itself.
    var ownTasks: [@Sendable () -> Void] = []
    private var watched = WatchedTable()
    var isRunning = true
    var whenEnded: [@Sendable () -> Void] = []
    // What the connections of the loop read into. It is reused unless somebody keeps a part of it. Unchecked, because a
    // read is one system call, which does not come back here.
    @exclusivity(unchecked) private var input = ByteBufferAllocator().buffer(capacity: readBytes)
    private var clocks: ArrivalClocks?

    private static let wakeTag = UInt64.max
    private static let timerTag = UInt64.max - 1
    private static let eventsAtOnce = 1_024

    struct Mailbox {
        var tasks: [@Sendable () -> Void] = []
        // Whether the loop has been woken for them.
        var isSignalled = false
        var hasEnded = false
    }

    struct Timer {
        let run: () -> Void
        let cancel: () -> Void
    }

    /// Starts the thread.
    package init() {
        control(EPOLL_CTL_ADD, wakeUp, EPOLLIN.rawValue, Self.wakeTag)
        control(EPOLL_CTL_ADD, timer.descriptor, EPOLLIN.rawValue, Self.timerTag)
        startThread()
    }

    deinit {
        Descriptor.close(wakeUp)
        Descriptor.close(epoll)
    }

    // MARK: Sockets

    /// Reports events of a socket from now on: errors always, and these.
    ///
    /// - Parameters:
    ///   - socket: The socket.
    ///   - reads: Whether it is reported when it can be read.
    ///   - writes: Whether it is reported when it can be written to.
    ///   - once: Whether the same bytes are reported once (edge-triggered), after which the socket must be read until
    ///     ``hasMore(_:after:)`` is false. Otherwise the kernel looks at each reported socket again at the next wait.
    package func watch(_ socket: any WatchedSocket, reads: Bool = true, writes: Bool = false, once: Bool = false) {
        let (tag, isNew) = watched.add(socket)
        var events = (reads ? EPOLLIN.rawValue | EPOLLRDHUP.rawValue : 0) | (writes ? EPOLLOUT.rawValue : 0)
        if once { events |= EPOLLET.rawValue }
        control(isNew ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, socket.socket, events, tag)
    }

    /// Whether a socket that was reported once may have more to read: bytes, its end or an error.
    ///
    /// - Parameters:
    ///   - events: What was reported.
    ///   - count: What the last read has returned.
    /// - Returns: `false` if the next bytes will be reported.
    package static func hasMore(_ events: UInt32, after count: Int) -> Bool {
        // A read that fills less than the buffer has taken all; the end and errors are not reported again.
        let ends = EPOLLRDHUP.rawValue | EPOLLHUP.rawValue | EPOLLERR.rawValue
        return count == readBytes || (count > 0 && events & ends != 0)
    }

    /// Reports no more events of a socket, which its owner closes now.
    package func forget(_ socket: any WatchedSocket) {
        watched.remove(socket)
    }

    /// Reads what a socket has, without waiting, with the time of arrival.
    ///
    /// - Returns: As `SocketArrival.read(_:into:clocks:)`.
    package func readWithArrival(_ socket: Int32) -> (count: Int, arrival: MonotonicInstant) {
        let clocks = self.clocks ?? .now()
        self.clocks = clocks
        var arrival = MonotonicInstant(nanoseconds: 0)
        let count = readInput { space in
            let read = SocketArrival.read(socket, into: space, clocks: clocks)
            arrival = read.arrival
            return read.count
        }
        return (count, arrival)
    }

    /// Reads what a socket has, without waiting.
    ///
    /// - Returns: Number of bytes, 0 at the end of the stream, -1 with `errno` set.
    package func read(_ socket: Int32) -> Int {
        readInput { recv(socket, $0.baseAddress, Self.readBytes, Int32(MSG_DONTWAIT)) }
    }

    private func readInput(_ read: (UnsafeMutableRawBufferPointer) -> Int) -> Int {
        input.clear(minimumCapacity: Self.readBytes)
        var count = 0
        input.writeWithUnsafeMutableBytes(minimumWritableBytes: Self.readBytes) { space in
            count = read(space)
            return max(0, count)
        }
        return count
    }

    /// The bytes of the last read. They share the memory of the next read: a caller that keeps some should copy them,
    /// so that a few bytes do not keep all of it.
    package var bytesRead: ByteBuffer { input }

    private func control(_ operation: Int32, _ descriptor: Int32, _ events: UInt32, _ tag: UInt64) {
        var event = epoll_event(events: events, data: epoll_data_t(u64: tag))
        epoll_ctl(epoll, operation, descriptor, &event)
    }

    // MARK: The thread

    /// Serves the sockets until the loop is shut down; called by the loop's own thread.
    func run() {
        thread.store(Self.currentThread, ordering: .releasing)
        let events = UnsafeMutableBufferPointer<epoll_event>.allocate(capacity: Self.eventsAtOnce)
        defer { events.deallocate() }
        while isRunning {
            timer.set(deadlines.first?.deadline)
            let count = Descriptor.wait(for: events, of: epoll, atMost: ownTasks.isEmpty ? nil : 0)
            clocks = nil
            var (isWoken, isTimerDue) = (false, false)
            for position in 0..<count {
                // The structure is packed; its fields are read by value.
                let (tag, what) = (events[position].data.u64, events[position].events)
                if position + 1 < count { watched.prefetch(events[position + 1].data.u64) }
                switch tag {
                case Self.wakeTag: isWoken = true
                case Self.timerTag: isTimerDue = true
                default: watched[tag]?.ready(what)
                }
            }
            if isTimerDue { runTimers() }
            if isWoken { takeMail() }
            if !ownTasks.isEmpty { runOwnTasks() }
        }
        end()
    }

    private func runTimers() {
        timer.fired()
        // Not MonotonicClock, which a test may set wrong on purpose: timers are on the kernel's clock.
        let now = MonotonicInstant(nanoseconds: Int64(NIODeadline.now().uptimeNanoseconds))
        while let entry = deadlines.removeFirst(dueAt: now) {
            timers.removeValue(forKey: entry.index)?.run()
        }
    }

    private func takeMail() {
        var drained: UInt64 = 0
        eventfd_read(wakeUp, &drained)
        let tasks = mailbox.withLock { mailbox in
            mailbox.isSignalled = false
            defer { mailbox.tasks = [] }
            return mailbox.tasks
        }
        for task in tasks { task() }
    }

    // Only those of now: before those that they leave, the sockets are looked at.
    func runOwnTasks() {
        let tasks = ownTasks
        ownTasks = []
        for task in tasks { task() }
    }

    /// Other threads have left tasks.
    func signal() {
        eventfd_write(wakeUp, 1)
    }
}

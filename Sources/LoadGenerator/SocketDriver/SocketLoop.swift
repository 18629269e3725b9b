import CLinux
import Dispatch
import Foundation
import Glibc
import Host
import Measurement
import NIOCore
import Synchronization

/// A thread with an epoll set: the event loop of clients on plain TCP connections.
///
/// One read takes one system call, without a channel of SwiftNIO, and brings the kernel's receive timestamp with it.
/// What waits for a time or comes from other threads is as on any event loop of SwiftNIO.
///
/// `@unchecked Sendable` is safe because a mutex guards what other threads write, and all other state is accessed on
/// the loop's thread only.
final class SocketLoop: EventLoop, @unchecked Sendable {
    private let epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
    private let wakeUp = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    // The thread's pthread_t; 0 before it runs.
    private let thread = Atomic<UInt>(0)
    private let lastNumber = Atomic<Int>(0)

    private struct Mailbox {
        var tasks: [@Sendable () -> Void] = []
        var whenEnded: (@Sendable () -> Void)?
        var hasEnded = false
    }

    // Guards what other threads leave for the loop.
    private let mailbox = Mutex(Mailbox())

    private struct Timer {
        let run: () -> Void
        let cancel: () -> Void
    }

    private var deadlines = DeadlineHeap()
    private var timers: [Int: Timer] = [:]
    private var watched = WatchedConnections()
    private var isRunning = true
    /// What the connections of the loop read into. It is reused unless a client keeps a part of it.
    private var input = ByteBufferAllocator().buffer(capacity: ArrivalReader.capacity)
    private var clocks = ArrivalClocks.now()

    private static let wakeTag = UInt64.max
    private static let eventsAtOnce = 1_024
    // Also when nothing is due.
    private static let longestWait: Int64 = 1_000_000_000

    init() {
        var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data_t(u64: Self.wakeTag))
        epoll_ctl(epoll, EPOLL_CTL_ADD, wakeUp, &event)
        Thread.detachNewThread { self.run() }
    }

    deinit {
        Descriptor.close(wakeUp)
        Descriptor.close(epoll)
    }

    // MARK: Sockets

    /// Reports events of the connection's socket to it from now on, readability always.
    func watch(_ connection: SocketConnection, writes: Bool) {
        let (tag, isNew) = watched.add(connection)
        var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data_t(u64: tag))
        if writes { event.events |= EPOLLOUT.rawValue }
        epoll_ctl(epoll, isNew ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, connection.socket, &event)
    }

    /// The connection closes its socket now, which removes it from epoll.
    func forget(_ connection: SocketConnection) {
        watched.remove(connection)
    }

    /// Reads what a socket has, without waiting.
    ///
    /// - Returns: As `SocketArrival.read(_:into:clocks:)`.
    func read(_ socket: Int32) -> (count: Int, arrival: MonotonicInstant) {
        input.clear(minimumCapacity: ArrivalReader.capacity)
        var read = (count: 0, arrival: MonotonicInstant(nanoseconds: 0))
        input.writeWithUnsafeMutableBytes(minimumWritableBytes: ArrivalReader.capacity) { space in
            read = SocketArrival.read(socket, into: space, clocks: clocks)
            return max(0, read.count)
        }
        return read
    }

    /// The bytes of the last read.
    var bytesRead: ByteBuffer { input }

    // MARK: The thread

    private func run() {
        thread.store(UInt(pthread_self()), ordering: .releasing)
        let events = UnsafeMutableBufferPointer<epoll_event>.allocate(capacity: Self.eventsAtOnce)
        defer { events.deallocate() }
        while isRunning {
            let count = waitForEvents(events)
            if count > 0 { clocks = .now() }
            for position in 0..<count {
                // The structure is packed; its fields are read by value.
                let (tag, what) = (events[position].data.u64, events[position].events)
                if tag == Self.wakeTag { drainWakeUp() } else { watched[tag]?.ready(what) }
            }
            runTimers()
            for task in takeTasks() { task() }
        }
        for timer in timers.values { timer.cancel() }
        timers.removeAll()
        let (late, whenEnded) = mailbox.withLock { mailbox in
            mailbox.hasEnded = true
            defer { mailbox.tasks.removeAll() }
            return (mailbox.tasks, mailbox.whenEnded)
        }
        for task in late { task() }
        whenEnded?()
    }

    private func waitForEvents(_ events: UnsafeMutableBufferPointer<epoll_event>) -> Int {
        let rest = deadlines.first.map { $0.deadline.nanoseconds - Int64(NIODeadline.now().uptimeNanoseconds) }
        return Descriptor.wait(for: events, of: epoll, atMost: min(rest ?? Self.longestWait, Self.longestWait))
    }

    private func runTimers() {
        if deadlines.first == nil { return }
        let now = MonotonicInstant(nanoseconds: Int64(NIODeadline.now().uptimeNanoseconds))
        while let entry = deadlines.removeFirst(dueAt: now) {
            timers.removeValue(forKey: entry.index)?.run()
        }
    }

    private func drainWakeUp() {
        var drained: UInt64 = 0
        eventfd_read(wakeUp, &drained)
    }

    private func takeTasks() -> [@Sendable () -> Void] {
        mailbox.withLock { mailbox in
            if mailbox.tasks.isEmpty { return [] }
            defer { mailbox.tasks = [] }
            return mailbox.tasks
        }
    }

    // MARK: EventLoop

    var inEventLoop: Bool { thread.load(ordering: .acquiring) == UInt(pthread_self()) }

    func execute(_ task: @escaping @Sendable () -> Void) {
        let hasEnded = mailbox.withLock { mailbox in
            if !mailbox.hasEnded { mailbox.tasks.append(task) }
            return mailbox.hasEnded
        }
        // Promises of a loop that has ended are still kept.
        if hasEnded { return task() }
        eventfd_write(wakeUp, 1)
    }

    @discardableResult
    func scheduleTask<T>(in time: TimeAmount, _ task: @escaping @Sendable () throws -> T) -> Scheduled<T> {
        scheduleTask(deadline: .now() + time, task)
    }

    @discardableResult
    func scheduleTask<T>(
        deadline: NIODeadline, _ task: @escaping @Sendable () throws -> T
    ) -> Scheduled<T> {
        let promise = makePromise(of: T.self)
        let number = lastNumber.add(1, ordering: .relaxed).newValue
        let insert: @Sendable () -> Void = {
            guard self.isRunning else { return promise.fail(EventLoopError.cancelled) }
            let due = MonotonicInstant(nanoseconds: Int64(clamping: deadline.uptimeNanoseconds))
            self.deadlines.insert(number, at: due)
            self.timers[number] = Timer {
                do { promise.assumeIsolated().succeed(try task()) } catch { promise.fail(error) }
            } cancel: {
                promise.fail(EventLoopError.cancelled)
            }
        }
        if inEventLoop { insert() } else { execute(insert) }
        return Scheduled(promise: promise) {
            self.execute { self.timers[number] = nil }
        }
    }

    func shutdownGracefully(queue: DispatchQueue, _ callback: @escaping @Sendable ((any Error)?) -> Void) {
        execute {
            self.isRunning = false
            self.mailbox.withLock { $0.whenEnded = { queue.async { callback(nil) } } }
        }
    }
}

/// The connections of a loop by descriptor. An event of a connection that has closed meanwhile reaches none.
private struct WatchedConnections {
    private var connections: ContiguousArray<(connection: SocketConnection, serial: UInt32)?> = []
    private var lastSerial: UInt32 = 0

    /// - Returns: The tag of the connection's events, and whether it has just been added.
    mutating func add(_ connection: SocketConnection) -> (tag: UInt64, isNew: Bool) {
        let place = Int(connection.socket)
        while connections.count <= place { connections.append(nil) }
        if let known = connections[place] { return (tag(place, known.serial), false) }
        // The tag of the loop's own descriptor is never one of these, as no descriptor is that large.
        lastSerial &+= 1
        connections[place] = (connection, lastSerial)
        return (tag(place, lastSerial), true)
    }

    mutating func remove(_ connection: SocketConnection) {
        connections[Int(connection.socket)] = nil
    }

    subscript(tag: UInt64) -> SocketConnection? {
        let place = Int(tag & 0xffff_ffff)
        guard place < connections.count, let watched = connections[place], watched.serial == UInt32(tag >> 32)
        else { return nil }
        return watched.connection
    }

    private func tag(_ place: Int, _ serial: UInt32) -> UInt64 { UInt64(serial) << 32 | UInt64(place) }
}

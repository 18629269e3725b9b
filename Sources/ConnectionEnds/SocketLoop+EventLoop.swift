import Dispatch
import Foundation
import Glibc
import Measurement
import NIOCore
import Synchronization

/// Tasks and timers, as SwiftNIO's futures and promises need them.
extension SocketLoop {
    static var currentThread: UInt { UInt(pthread_self()) }

    func startThread() {
        Thread.detachNewThread { self.run() }
    }

    package var inEventLoop: Bool { thread.load(ordering: .acquiring) == Self.currentThread }

    package func execute(_ task: @escaping @Sendable () -> Void) {
        if inEventLoop { return ownTasks.append(task) }
        let (hasEnded, mustSignal) = mailbox.withLock { mailbox in
            if mailbox.hasEnded { return (true, false) }
            mailbox.tasks.append(task)
            defer { mailbox.isSignalled = true }
            return (false, !mailbox.isSignalled)
        }
        if hasEnded { return runLate(task) }
        if mustSignal { signal() }
    }

    @discardableResult
    package func scheduleTask<T>(in time: TimeAmount, _ task: @escaping @Sendable () throws -> T) -> Scheduled<T> {
        scheduleTask(deadline: .now() + time, task)
    }

    @discardableResult
    package func scheduleTask<T>(
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
            if self.inEventLoop {
                self.timers[number] = nil
            } else {
                self.execute { self.timers[number] = nil }
            }
        }
    }

    package func shutdownGracefully(queue: DispatchQueue, _ callback: @escaping @Sendable ((any Error)?) -> Void) {
        execute {
            self.isRunning = false
            let report: @Sendable () -> Void = { queue.async { callback(nil) } }
            let isLate = self.mailbox.withLock { $0.hasEnded }
            if isLate { report() } else { self.whenEnded.append(report) }
        }
    }

    // MARK: The end

    /// Cancels the timers and runs the tasks that are left.
    func end() {
        for timer in timers.values { timer.cancel() }
        timers.removeAll()
        // Other threads may run late tasks when all this is done.
        lateTasks.withLock { _ in
            while let tasks = lastTasks() {
                for task in tasks { task() }
            }
            thread.store(0, ordering: .releasing)
            for report in whenEnded { report() }
            whenEnded = []
        }
    }

    // Without any, tasks are late from now on.
    private func lastTasks() -> [@Sendable () -> Void]? {
        let tasks = mailbox.withLock { mailbox in
            let tasks = ownTasks + mailbox.tasks
            if tasks.isEmpty { mailbox.hasEnded = true }
            mailbox.tasks = []
            return tasks
        }
        ownTasks = []
        return tasks.isEmpty ? nil : tasks
    }

    // Promises of a loop that has ended are still kept: the calling thread takes the place of the loop's.
    private func runLate(_ task: () -> Void) {
        lateTasks.withLock { _ in
            thread.store(Self.currentThread, ordering: .releasing)
            task()
            while !ownTasks.isEmpty { runOwnTasks() }
            thread.store(0, ordering: .releasing)
        }
    }
}

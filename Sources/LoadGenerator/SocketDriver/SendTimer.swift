import ConnectionEnds
import Host
import Measurement
import NIOCore

/// One timer for the next messages of all clients of an event loop. Use it on that event loop only.
final class SendTimer {
    private var deadlines = DeadlineHeap()
    private var armed: (task: Scheduled<Void>, deadline: MonotonicInstant)?
    private let eventLoop: any EventLoop
    private let whenDue: (_ client: Int, _ deadline: MonotonicInstant) -> Void

    init(_ eventLoop: any EventLoop, whenDue: @escaping (_ client: Int, _ deadline: MonotonicInstant) -> Void) {
        self.eventLoop = eventLoop
        self.whenDue = whenDue
    }

    /// Calls `whenDue` for the client at the deadline.
    func wake(_ client: Int, at deadline: MonotonicInstant) {
        deadlines.insert(client, at: deadline)
        arm()
    }

    private func arm() {
        guard let deadline = deadlines.first?.deadline else { return }
        if let armed {
            if armed.deadline <= deadline { return }
            armed.task.cancel()
        }
        let wait = (deadline - MonotonicClock.now()).nanoseconds
        let task = eventLoop.assumeIsolatedUnsafeUnchecked().scheduleTask(in: .nanoseconds(max(0, wait))) {
            self.fire()
        }
        armed = (task, deadline)
    }

    private func fire() {
        armed = nil
        let now = MonotonicClock.now()
        while let entry = deadlines.removeFirst(dueAt: now) { whenDue(entry.index, entry.deadline) }
        arm()
    }
}

import Host
import Measurement
import NIOCore

/// Tells when clients' next messages are due: one timer for all clients of an event loop, to which it belongs.
final class SendTimer {
    private var deadlines = DeadlineHeap()
    private var armed: (task: Scheduled<Void>, deadline: MonotonicInstant)?
    private let eventLoop: any EventLoop
    private let whenDue: (_ client: Int, _ deadline: MonotonicInstant) -> Void

    init(_ eventLoop: any EventLoop, whenDue: @escaping (_ client: Int, _ deadline: MonotonicInstant) -> Void) {
        self.eventLoop = eventLoop
        self.whenDue = whenDue
    }

    /// The client is to be told at that instant.
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

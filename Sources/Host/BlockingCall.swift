import Foundation
import Measurement
import Synchronization

/// A call that blocks its thread, made on another thread, so that tasks can wait for it or go on.
package final class BlockingCall<Value: Sendable>: Sendable {
    // Guards the outcome, which the thread writes once; `nil` before.
    private let outcome = Mutex<Result<Value, any Error>?>(nil)

    /// Starts the call.
    package init(_ call: @escaping @Sendable () throws -> Value) {
        Thread.detachNewThread {
            let result = Result { try call() }
            self.outcome.withLock { $0 = result }
        }
    }

    /// Waits until the call has returned, the deadline has passed or the task is cancelled.
    ///
    /// - Returns: `nil` if the call has not returned; it still runs then.
    package func result(by deadline: MonotonicInstant) async -> Result<Value, any Error>? {
        while true {
            if let result = outcome.withLock({ $0 }) { return result }
            let now = MonotonicClock.now()
            guard now < deadline, !Task.isCancelled else { return nil }
            try? await MonotonicClock.sleep(until: min(now + .milliseconds(2), deadline))
        }
    }
}

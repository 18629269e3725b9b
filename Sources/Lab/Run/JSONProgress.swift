import Foundation
import Host
import Measurement
import ResultFiles
import Synchronization

/// Writes one line of JSON per event to standard error, for programs.
package final class JSONProgress: RunProgress {
    private struct State {
        var began = MonotonicInstant(nanoseconds: 0)
        var stepBegan = MonotonicInstant(nanoseconds: 0)
        var estimate = Duration.zero
        /// Counted from 1.
        var run = 0
        var isMeasuring = false
        var isOver = false
    }

    // Guards what the waiting task reads and the run writes.
    private let state = Mutex(State())
    private let write: @Sendable (String) -> Void
    private let now: @Sendable () -> MonotonicInstant

    /// For standard error and the monotonic clock.
    package convenience init() {
        self.init(now: { MonotonicClock.now() }, write: StandardError.write)
    }

    init(
        now: @escaping @Sendable () -> MonotonicInstant, write: @escaping @Sendable (String) -> Void
    ) {
        (self.now, self.write) = (now, write)
    }

    /// Writes `started`; then `waiting` every 5 s while a run of a case takes longer than that.
    package func began(steps: Int, left: Int, estimate: Duration) {
        state.withLock { $0.began = now() }
        show(
            "started", [("runs", .number(steps)), ("left", .number(left)), ("estimate_s", .seconds(estimate))])
        Task.detached { [weak self] in
            while let self, self.wait() { try? await Task.sleep(for: Self.waitingPeriod) }
        }
    }

    /// Writes `continued` with the number of all runs.
    package func continued(steps: Int, estimate: Duration) {
        show("continued", [("runs", .number(steps)), ("estimate_s", .seconds(estimate))])
    }

    private static let waitingPeriod = Duration.seconds(5)

    /// Writes nothing; the time counts from here.
    package func stepBegan(_ index: Int, label: String, estimate: Duration) {
        state.withLock {
            ($0.run, $0.stepBegan, $0.estimate, $0.isMeasuring) = (index + 1, now(), estimate, true)
        }
    }

    /// Writes `case_began` with the estimate of its time.
    package func caseBegan(_ caseID: String, repetition: Int) {
        let estimate = state.withLock { $0.estimate }
        show("case_began", place(caseID, repetition) + [("estimate_s", .seconds(estimate))])
    }

    /// Writes `case_ended` with the validity of the row and the time since the last attempt began.
    package func caseEnded(_ row: SummaryRow) {
        let elapsed = state.withLock { state -> Duration in
            state.isMeasuring = false
            return now() - state.stepBegan
        }
        show(
            "case_ended",
            place(row.caseID, row.repetition) + [
                ("valid", .flag(row.valid == true)), ("invalid_reason", .optional(row.invalidReason)),
                ("elapsed_s", .seconds(elapsed)),
            ])
    }

    /// Writes `measured_again` with the reason; the time counts from here again.
    package func attemptRejected(_ reason: String) {
        let run = state.withLock { state -> Int in
            state.stepBegan = now()
            return state.run
        }
        show("measured_again", [("run", .number(run)), ("reason", .string(reason))])
    }

    /// Writes nothing; `waiting` stops.
    package func ended() {
        state.withLock { ($0.isMeasuring, $0.isOver) = (false, true) }
    }

    /// Writes `done`, the last line.
    package func done(folder: String, isComplete: Bool) {
        let elapsed = state.withLock { now() - $0.began }
        show(
            "done", [("folder", .string(folder)), ("complete", .flag(isComplete)), ("elapsed_s", .seconds(elapsed))])
    }

    /// Says that a run goes on.
    ///
    /// - Returns: False when the last run has ended.
    private func wait() -> Bool {
        let state = state.withLock { $0 }
        let elapsed = now() - state.stepBegan
        if state.isMeasuring, elapsed >= Self.waitingPeriod {
            let left = max(.zero, state.estimate - elapsed)
            show(
                "waiting", [("run", .number(state.run)), ("elapsed_s", .seconds(elapsed)), ("left_s", .seconds(left))])
        }
        return !state.isOver
    }

    private func place(_ caseID: String, _ repetition: Int) -> [(String, JSONValue)] {
        let run = state.withLock { $0.run }
        return [("run", .number(run)), ("case_id", .string(caseID)), ("repeat", .number(repetition))]
    }

    private func show(_ event: String, _ fields: [(String, JSONValue)]) {
        write(JSONValue(fields: [("event", .string(event))] + fields).text(isOneLine: true) + "\n")
    }
}

extension JSONValue {
    /// To the millisecond.
    fileprivate static func seconds(_ time: Duration) -> Self { .number((time.seconds * 1_000).rounded() / 1_000) }
}

import Foundation
import Host
import Measurement
import ResultFiles
import Synchronization

/// Receives the progress of a run.
package protocol RunProgress: Sendable {
    /// - Parameters:
    ///   - steps: Number of runs of cases.
    ///   - left: Those that are not measured yet; fewer than `steps` if an incomplete run goes on.
    ///   - estimate: Time of those.
    func began(steps: Int, left: Int, estimate: Duration)
    /// More runs follow.
    ///
    /// - Parameters:
    ///   - steps: Number of all runs now.
    ///   - estimate: Time of the new ones.
    func continued(steps: Int, estimate: Duration)
    /// A run of a case begins; its index counts from 0, in the order of execution.
    func stepBegan(_ index: Int, label: String, estimate: Duration)
    /// A run of a case ended, whatever it found.
    func stepEnded(_ index: Int)
    /// A run was disturbed by the machine and is measured again.
    func attemptRejected(_ reason: String)
    /// No run follows; files may still be written.
    func ended()

    /// What a step measures; follows ``stepBegan(_:label:estimate:)``.
    func caseBegan(_ caseID: String, repetition: Int)
    /// What a step found, before ``stepEnded(_:)``.
    func caseEnded(_ row: SummaryRow)
    /// All files are written.
    func done(folder: String, isComplete: Bool)
}

// A receiver that shows nothing of an event does not implement it.
extension RunProgress {
    /// Shows nothing.
    package func began(steps: Int, left: Int, estimate: Duration) {}
    /// Shows nothing.
    package func continued(steps: Int, estimate: Duration) {}
    /// Shows nothing.
    package func stepBegan(_ index: Int, label: String, estimate: Duration) {}
    /// Shows nothing.
    package func stepEnded(_ index: Int) {}
    /// Shows nothing.
    package func attemptRejected(_ reason: String) {}
    /// Shows nothing.
    package func ended() {}
    /// Shows nothing.
    package func caseBegan(_ caseID: String, repetition: Int) {}
    /// Shows nothing.
    package func caseEnded(_ row: SummaryRow) {}
    /// Shows nothing.
    package func done(folder: String, isComplete: Bool) {}
}

/// Shows nothing: for `--quiet`, and for runs inside other commands.
package struct NoProgress: RunProgress {
    /// There is nothing to set.
    package init() {}
}

/// Prints one line per run, for logs.
package final class PlainProgress: RunProgress {
    // Guards the number of steps.
    private let steps = Mutex(0)

    /// For standard error.
    package init() {}

    /// Prints the number of runs and their time.
    package func began(steps: Int, left: Int, estimate: Duration) {
        self.steps.withLock { $0 = steps }
        StandardError.write(ProgressText.plan(steps: steps, left: left, estimate: estimate) + "\n")
    }

    /// Prints nothing; the lines that follow have the new number of runs.
    package func continued(steps: Int, estimate: Duration) {
        self.steps.withLock { $0 = steps }
    }

    /// Prints `[3/24] LABEL`.
    package func stepBegan(_ index: Int, label: String, estimate: Duration) {
        StandardError.write("[\(index + 1)/\(steps.withLock { $0 })] \(label)\n")
    }

    /// Prints the reason.
    package func attemptRejected(_ reason: String) {
        StandardError.write("measured again: \(reason)\n")
    }
}

/// Draws a progress bar, for terminals.
package final class BarProgress: RunProgress {
    private struct State {
        var steps = 0
        var index = 0
        var label = ""
        var stepBegan = MonotonicInstant(nanoseconds: 0)
        var stepEstimate = Duration.zero
        var total = Duration.zero
        var finished = Duration.zero
        var isOver = false
    }

    // Guards what the drawing task reads and the run writes.
    private let state = Mutex(State())

    /// For standard error, which must be a terminal.
    package init() {}

    /// Prints the number of runs and their time, and draws the bar four times a second until ``ended()``.
    package func began(steps: Int, left: Int, estimate: Duration) {
        StandardError.write(ProgressText.plan(steps: steps, left: left, estimate: estimate) + "\n")
        state.withLock {
            $0.steps = steps
            $0.total = estimate
        }
        Task.detached { [weak self] in
            while let self, self.draw() { try? await Task.sleep(for: .milliseconds(250)) }
        }
    }

    /// The bar becomes shorter: the new runs take time too.
    package func continued(steps: Int, estimate: Duration) {
        state.withLock {
            $0.steps = steps
            $0.total += estimate
        }
    }

    /// The bar shows the label, and grows at most by the estimate until ``stepEnded(_:)``.
    package func stepBegan(_ index: Int, label: String, estimate: Duration) {
        state.withLock {
            $0.index = index
            $0.label = label
            $0.stepBegan = MonotonicClock.now()
            $0.stepEstimate = estimate
        }
    }

    /// The bar has the whole estimate of the run, however long it took.
    package func stepEnded(_ index: Int) {
        state.withLock { $0.finished += $0.stepEstimate }
    }

    /// Prints the reason above the bar, which then has one more run to go.
    package func attemptRejected(_ reason: String) {
        let columns = Terminal.columns(of: STDERR_FILENO) ?? Terminal.defaultColumns
        let lines = WrappedText.lines("measured again: \(reason)", columns: columns)
        StandardError.write("\r\u{1b}[2K\(lines.joined(separator: "\n"))\n")
        state.withLock {
            $0.stepBegan = MonotonicClock.now()
            $0.total += $0.stepEstimate
        }
    }

    /// Removes the bar.
    package func ended() {
        state.withLock { $0.isOver = true }
        StandardError.write("\r\u{1b}[2K")
    }

    /// - Returns: False when the run is over.
    private func draw() -> Bool {
        let state = state.withLock { $0 }
        if state.isOver { return false }
        let within = min(state.stepEstimate, MonotonicClock.now() - state.stepBegan)
        let done = state.finished + (state.label.isEmpty ? .zero : within)
        let share = state.total > .zero ? done.seconds / state.total.seconds : 0
        let line = ProgressText.line(
            share: share, place: "\(state.index + 1)/\(state.steps)", left: state.total - done, label: state.label,
            columns: Terminal.columns(of: STDERR_FILENO) ?? Terminal.defaultColumns)
        StandardError.write("\r\u{1b}[2K\(line)")
        return true
    }
}

/// The parts of a progress line.
enum ProgressText {
    /// A line that leaves the last column free. A full line would move the cursor to the next line, so each redraw
    /// would leave a line behind. If space is short, the label is cut first, then the bar.
    static func line(share: Double, place: String, left: Duration, label: String, columns: Int) -> String {
        let room = max(0, columns - 1)
        let figures = "\(place) \(clock(left)) left"
        let width = min(24, room - figures.count - 3)
        let start = width > 0 ? "\(bar(share, width: width)) \(figures)" : figures
        let roomForLabel = room - start.count - 2
        return roomForLabel > 1 ? "\(start)  \(cut(label, to: roomForLabel))" : cut(start, to: room)
    }

    private static func cut(_ text: String, to room: Int) -> String {
        text.count <= room ? text : room > 0 ? text.prefix(room - 1) + "…" : ""
    }

    static func bar(_ share: Double, width: Int) -> String {
        let filled = Int((min(1, max(0, share)) * Double(width)).rounded())
        return "[" + String(repeating: "█", count: filled) + String(repeating: "·", count: width - filled) + "]"
    }

    /// What a run is about to do: `24 runs, about 7:12 in all`.
    static func plan(steps: Int, left: Int, estimate: Duration) -> String {
        let time = clock(estimate)
        if left < steps { return "\(left) of \(steps) runs are left, about \(time)" }
        return "\(steps) run\(steps == 1 ? "" : "s"), about \(time) in all"
    }

    /// Minutes and seconds, `1:05`.
    static func clock(_ time: Duration) -> String {
        let seconds = max(0, Int(time.seconds.rounded()))
        let rest = seconds % 60
        return "\(seconds / 60):\(rest < 10 ? "0" : "")\(rest)"
    }
}

enum StandardError {
    static func write(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
}

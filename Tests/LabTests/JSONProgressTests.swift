import Measurement
import ResultFiles
import Synchronization
import Testing

@testable import Lab

@Suite("Progress as JSON")
struct JSONProgressTests {
    private final class Lines: Sendable {
        // Guards the lines.
        private let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }
        func append(_ line: String) { lines.withLock { $0.append(line) } }
    }

    @Test("a line per event")
    func events() {
        let lines = Lines()
        let progress = JSONProgress(now: { MonotonicInstant(nanoseconds: 5) }, write: lines.append)
        progress.began(steps: 2, left: 2, estimate: .milliseconds(1_500))
        progress.stepBegan(0, label: "a", estimate: .seconds(1))
        progress.caseBegan("a", repetition: 1)
        progress.attemptRejected("a pause")
        var row = SummaryRow()
        (row.caseID, row.repetition, row.valid) = ("a", 1, true)
        progress.caseEnded(row)
        progress.ended()
        progress.done(folder: "out", isComplete: true)
        let expected = [
            #"{"event": "started", "runs": 2, "left": 2, "estimate_s": 1.5}"#,
            #"{"event": "case_began", "run": 1, "case_id": "a", "repeat": 1, "estimate_s": 1}"#,
            #"{"event": "measured_again", "run": 1, "reason": "a pause"}"#,
            #"{"event": "case_ended", "run": 1, "case_id": "a", "repeat": 1, "valid": true, "#
                + #""invalid_reason": null, "elapsed_s": 0}"#,
            #"{"event": "done", "folder": "out", "complete": true, "elapsed_s": 0}"#,
        ]
        #expect(lines.all == expected.map { $0 + "\n" })
    }
}

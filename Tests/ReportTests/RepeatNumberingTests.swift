import ResultFiles
import Testing

@testable import Report

@Suite("Numbers of repeats in a merged folder")
struct RepeatNumberingTests {
    /// Rows of one run whose seeds grow with the repeats.
    private func rows(_ transport: String, _ repeats: [Int], run: String, seed: UInt64) -> [SummaryRow] {
        repeats.map { repetition in
            var row = Rows.summary(transport, repeat: repetition)
            (row.runID, row.seed) = (run, seed + UInt64(repetition) - 1)
            return row
        }
    }

    private func numbers(_ parts: [[SummaryRow]]) -> [String: [Int]] {
        let numbering = RepeatNumbering(parts)
        var numbers: [String: [Int]] = [:]
        for (index, part) in parts.enumerated() {
            for row in part {
                numbers[row.transport, default: []].append(numbering.repetition(of: row.key, in: index))
            }
        }
        return numbers
    }

    @Test("a number means one repeat of one run: cases with fewer repeats have gaps")
    func gaps() {
        // In the first run a row of WebSocket is missing; in the second, long polling has more repeats.
        let first = rows("long-poll", [1, 2], run: "a", seed: 1) + rows("websocket", [2], run: "a", seed: 1)
        let second = rows("long-poll", [1, 2, 3], run: "b", seed: 5) + rows("websocket", [1], run: "b", seed: 5)
        #expect(numbers([first, second]) == ["long-poll": [1, 2, 3, 4, 5], "websocket": [2, 3]])
    }

    @Test("shares of one run keep their pairs; a repeat that was measured twice is there twice")
    func shares() {
        let one = rows("long-poll", [1, 2], run: "a", seed: 1)
        let other = rows("websocket", [1, 2], run: "a", seed: 1)
        #expect(numbers([one, other]) == ["long-poll": [1, 2], "websocket": [1, 2]])
        #expect(numbers([one, one]) == ["long-poll": [1, 2, 3, 4]])
    }
}

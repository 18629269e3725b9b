import Foundation
import Measurement
import ResultFiles
import Testing

@testable import Report

@Suite("Result table")
struct ResultTableTests {
    @Test("one condition, transports in the order of the rows")
    func golden() throws {
        let text = ResultTableText.terminal(try Rows.folder(Rows.three))
        #expect(
            text == """
                replay-host, 100 clients
                                delay    delay    delay  overhead    set-up  requests  srv CPU
                  transport       p50      p99      max    B/item  B/client     /item  µs/item
                ✓ websocket    410 µs   820 µs  1.64 ms      6.10       300   0.00833     11.3
                ✓ short-poll   498 ms   996 ms   1.99 s      40.0         0     0.100     4.50
                ✓ long-poll   1.20 ms  2.41 ms  4.81 ms       312         0      1.00     33.0
                  every client received every item once and in order (12,000 deliveries per
                    case)

                """)
    }

    @Test("repeats: medians and ranges, without the invalid repeat, which has its reason")
    func repeats() throws {
        var rows = (1...3).map { Rows.summary("websocket", repeat: $0) }
        rows[1].overheadBytesPerItem = 6.3
        rows[1].latencyP50Microseconds = 450
        rows[2].valid = false
        rows[2].invalidReason = "load generator at 0.97 of its CPUs"
        let text = ResultTableText.terminal(try Rows.folder(rows))
        #expect(text == Self.rangesText)
    }

    private static let rangesText = """
        replay-host, 100 clients
                      delay   delay    delay  overhead  srv CPU
          transport     p50     p99      max    B/item  µs/item
        ~ websocket  430 µs  820 µs  1.64 ms      6.20     11.3
            valid: 2 of 3 repeats
            invalid: repeat 3: load generator at 0.97 of its CPUs
            2 repeats, median (min to max): p50 430 µs (410 µs to 450 µs), p99 820 µs,
              overhead 6.20 B (6.10 B to 6.30 B), CPU 11.3 µs
          every client received every item once and in order (24,000 deliveries per
            case)
          items are the sum of the repeats; bytes, requests and CPU are the median of
            the repeats
          p50 and p99 are the median of 2 repeats, max is the largest value
          ✗ invalid: do not use; ~ partly valid: invalid values are left out

        """

    @Test("six repeats give a confidence interval of the median, in every table")
    func interval() throws {
        var rows = (1...6).map { Rows.summary("websocket", repeat: $0) }
        for (index, delay) in [430.0, 410, 450, 420, 440, 460].enumerated() {
            rows[index].latencyP50Microseconds = delay
        }
        let folder = try Rows.folder(rows)
        let line = "6 repeats, median (95 % confidence interval): p50 435 µs (410 µs to 460 µs), p99 820 µs"
        #expect(ResultTableText.terminal(folder, columns: 110).contains(line))
        #expect(ResultTableText.markdown(folder).contains(line))
    }

    @Test("a compressed row shows item sizes before and after compression, in every table")
    func compression() throws {
        var row = Rows.summary("websocket", variant: "context")
        row.compression = "permessage-deflate"
        row.payloadBytesTotal = 12_000 * 90
        row.inflatedBytesTotal = 12_000 * 360
        let line = "compressed from 360 B to 90.0 B per item, compressed / uncompressed 0.250 (permessage-deflate)"
        let folder = try Rows.folder([Rows.summary("websocket"), row])
        #expect(ResultTableText.terminal(folder, columns: 110).contains("    \(line)\n"))
        #expect(ResultTableText.markdown(folder).contains("- websocket context: \(line)\n"))
        #expect(ResultTableText.terminal(folder).components(separatedBy: "compressed from 360").count == 2)
    }

    @Test("merged histograms replace medians of percentiles")
    func merged() throws {
        let rows = (1...2).map { Rows.summary("websocket", repeat: $0) }
        var histogram = LatencyHistogram()
        for microseconds in [100, 200, 5_000] as [Int64] { histogram.record(microseconds: microseconds) }
        let text = ResultTableText.terminal(try Rows.folder(rows), histograms: [rows[0].caseID: histogram])
        #expect(text.contains("200 µs  5.00 ms  5.00 ms"))
        #expect(text.contains("p50, p99 and max cover the delays of all repeats (merged histograms)"))
    }

    @Test("a row without data of the server and without a validity check")
    func missing() throws {
        var row = Rows.summary("websocket")
        (row.expected, row.missed, row.serverCPUMicrosecondsPerItem, row.valid) = (nil, nil, nil, nil)
        let text = ResultTableText.terminal(try Rows.folder([row]))
        #expect(text.contains("✗ websocket  12,000/–"))
        #expect(text.contains("–/0/0"))
        #expect(text.contains("    invalid: not checked: the run stopped early\n"))
    }

    @Test("no line is wider than the terminal, however long names and reasons are", arguments: [80, 110, 200])
    func width(columns: Int) throws {
        var row = Rows.summary("short-poll", variant: "interval-250ms-with-a-label-that-is-too-long-for-a-table")
        row.unique = 123_456_789
        row.expected = 123_456_789
        row.valid = false
        row.invalidReason = String(repeating: "the schedule lag was too large; ", count: 9)
        (row.wireBytesEstimated, row.bytesPerClientSecond) = (1_234_567_890, 1_234)
        let text = ResultTableText.terminal(try Rows.folder([row]), columns: columns)
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= min(columns, ResultTableText.maximumColumns) })
        #expect(text.contains("123,456,789/123,456,789"))
    }

    @Test("Markdown, with vertical bars in names escaped")
    func markdown() throws {
        let text = ResultTableText.markdown(try Rows.folder([Rows.summary("websocket", variant: "a|b")]))
        #expect(
            text == """
                |  | transport | delay p50 | delay p99 | delay max | overhead, B per item | server CPU, µs per item |
                |:-:|:--|--:|--:|--:|--:|--:|
                | ✓ | websocket a\\|b | 410 µs | 820 µs | 1.64 ms | 6.10 | 11.3 |

                - every client received every item once and in order (12,000 deliveries per case)

                """)
    }
}

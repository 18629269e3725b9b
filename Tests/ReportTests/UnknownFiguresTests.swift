import ResultFiles
import Testing

@testable import Report

@Suite("Reports on servers that report nothing themselves")
struct UnknownFiguresTests {
    /// 100 clients that received 12,000 items without sequence and time.
    private static var unknown: SummaryRow {
        var row = Rows.summary("websocket")
        (row.published, row.expected, row.unique) = (nil, nil, nil)
        (row.missed, row.duplicate, row.reordered) = (nil, nil, nil)
        withoutDelays(&row)
        return row
    }

    private static func withoutDelays(_ row: inout SummaryRow) {
        (row.latencyMinMicroseconds, row.latencyP50Microseconds, row.latencyP90Microseconds) = (nil, nil, nil)
        (row.latencyP99Microseconds, row.latencyMaxMicroseconds, row.latencyMeanMicroseconds) = (nil, nil, nil)
        row.serverCPUMicrosecondsPerItem = nil
        row.bytesPerClientSecond = 1_234
        (row.firstItemP50Microseconds, row.itemGapP50Microseconds) = (12_345, 100_000)
        row.itemGapP99Microseconds = 105_000
    }

    @Test("the table has arrivals and gaps in place of delays, and no column of what is unknown")
    func table() throws {
        #expect(
            ResultTableText.terminal(try Rows.folder([Self.unknown])) == """
                replay-host, 100 clients
                                items     gap     gap    first  overhead  B/s per
                  transport  received     p50     p99     item    B/item   client
                ✓ websocket    12,000  100 ms  105 ms  12.3 ms      6.10    1,234

                """)
    }

    @Test("the sentences say what was measured, and what cannot be known")
    func sentences() throws {
        #expect(
            AnswerSentence.all(try Rows.folder([Self.unknown])) == [
                "For replay-host at 100 clients, WebSocket delivered items with 6.10 bytes of overhead per item, "
                    + "1,234 B/s per client and an unknown delay. With WebSocket, 100 clients received 12,000 items; "
                    + "the median gap between two items of a client was 100 ms, the 99th percentile 105 ms, and the "
                    + "first item came 12.3 ms after the connect. Unknown: whether items were lost, repeated or out "
                    + "of order, because items have no sequence; delays, because neither items nor server say when an "
                    + "item was due; CPU time and memory of the server, because it does not report them."
            ])
    }

    @Test("with sequences, only the delays and the server's cost are unknown")
    func numbered() throws {
        var row = Rows.summary("websocket")
        row.published = nil
        Self.withoutDelays(&row)
        let folder = try Rows.folder([row])
        let answer = try #require(AnswerSentence.all(folder).first)
        #expect(answer.contains("Unknown: delays, because"))
        #expect(!answer.contains("lost"))
        let table = ResultTableText.terminal(folder)
        #expect(table.contains("every client received every item once and in order (12,000 deliveries per"))
        #expect(!table.contains("received  "))
    }

    @Test("a server that reports its cost, and delays from the time in the items, leave only the sequences unknown")
    func timed() throws {
        var row = Self.unknown
        row.latencyP50Microseconds = 500
        row.serverRSSPeakBytes = 1_000_000
        let answer = try #require(AnswerSentence.all(try Rows.folder([row])).first)
        #expect(
            answer.hasSuffix(
                " and a median delay of 500 µs. Unknown: whether items were lost, repeated or out of order, because "
                    + "items have no sequence."))
    }

    @Test("if nothing was received, nothing is claimed")
    func nothing() throws {
        var row = Self.unknown
        (row.delivered, row.overheadBytesPerItem) = (0, nil)
        (row.firstItemP50Microseconds, row.itemGapP50Microseconds, row.itemGapP99Microseconds) = (nil, nil, nil)
        #expect(
            AnswerSentence.all(try Rows.folder([row])) == [
                "For replay-host at 100 clients there is no answer: no row has items and delays. Left out: WebSocket "
                    + "(no items were delivered or counted)."
            ])
        #expect(!ResultTableText.terminal(try Rows.folder([row])).contains("silent"))
    }

    @Test("no line is wider than 80 characters with all columns")
    func width() throws {
        var row = Self.unknown
        (row.wireBytesEstimated, row.delivered) = (1_234_567_890, 123_456_789)
        var other = Rows.summary("short-poll")
        other.bytesPerClientSecond = 9_999
        let text = ResultTableText.terminal(try Rows.folder([row, other]))
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(text)")
        #expect(text.contains("–"))
    }
}

import ResultFiles
import Testing

@testable import Report

@Suite("Reports on simulated networks")
struct NetworkReportTests {
    private static func row(_ network: String, roundTrip: Double) -> SummaryRow {
        var row = Rows.summary("websocket")
        row.network = network
        row.caseID += "_\(network)"
        row.roundTripMilliseconds = roundTrip
        (row.linkAddedP50Microseconds, row.linkAddedP99Microseconds) = (41, 350)
        (row.linkSwallowedBytesUp, row.linkSwallowedBytesDown) = (0, 0)
        return row
    }

    @Test("each network has its own table block, with the figures of a preset")
    func blocks() throws {
        var preset = Self.row("lte", roundTrip: 70)
        (preset.bandwidthDown, preset.bandwidthUp) = (12_000_000, 384_000)
        let folder = try Rows.folder([Rows.summary("websocket"), preset, Self.row("rtt=50ms,loss=1%", roundTrip: 50)])
        #expect(
            folder.conditions.map(\.title) == [
                "replay-host, 100 clients",
                "replay-host, 100 clients, network lte (70 ms round trip, 12 Mbit/s down, 384 kbit/s up)",
                "replay-host, 100 clients, network rtt=50ms,loss=1%",
            ])
    }

    @Test("a sentence says what the network was and what it cost by itself")
    func sentence() throws {
        var row = Self.row("rtt=50ms", roundTrip: 50)
        row.linkSwallowedBytesDown = 1_234
        let answer = try #require(AnswerSentence.all(try Rows.folder([row])).first)
        #expect(
            answer
                == "For replay-host at 100 clients over network rtt=50ms, WebSocket delivered items with 6.10 bytes of "
                + "overhead per item and a median delay of 410 µs. The network rtt=50ms was simulated (50 ms round "
                + "trip, each connection with its own line); by itself the simulation added 41 µs (median; 99th "
                + "percentile at most 350 µs). Resets swallowed 1,234 bytes.")
    }

    @Test("a file that has only the round-trip time is still read")
    func older() throws {
        var row = Rows.summary("websocket")
        row.roundTripMilliseconds = 50
        let folder = try Rows.folder([row])
        #expect(folder.conditions.map(\.title) == ["replay-host, 100 clients, 50 ms added round-trip time"])
        #expect(NetworkCost.sentences(folder.conditions[0]) == [])
    }
}

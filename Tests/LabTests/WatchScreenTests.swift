import Foundation
import Host
import Measurement
import ResultFiles
import Testing
import WireAccounting

@testable import Lab
@testable import LoadGenerator

@Suite("The live view of pushlab watch")
struct WatchScreenTests {
    private static func line(_ record: WatchRecord) throws -> String {
        try ResultJSON.text(of: record, isOneLine: true)
    }

    private static let names = ["short-poll", "long-poll", "http-stream", "sse", "websocket"]

    private static func at(_ seconds: Double) -> MonotonicInstant {
        MonotonicInstant(nanoseconds: Int64(seconds * 1e9))
    }

    private static func progress(items: UInt64, delay: Duration = .milliseconds(400)) -> FleetProgress {
        var progress = FleetProgress()
        progress.received = items
        (progress.exchanges.requests, progress.openRequests) = (2, 1)
        for _ in 0..<items { progress.latency.record(delay) }
        progress.newest = NewestItem(sequence: items, due: at(11), arrived: at(11) + delay)
        progress.ledger.book(1_000, .payload, .down)
        progress.ledger.book(200, .httpHead, .up)
        progress.ledger.book(50, .httpHead, .down)
        return progress
    }

    private static func state(trouble: String? = nil) -> WatchState {
        var state = WatchState(
            address: "http://127.0.0.1:8080", feed: "synthetic", lanes: names, began: at(0))
        for second in 1...12 {
            var progress = progress(items: UInt64(second * 10))
            progress.trouble = trouble
            state.take(names.map { _ in progress }, at: at(Double(second)))
        }
        return state
    }

    @Test("no line is wider than the screen and no screen higher, whatever its size")
    func sizes() {
        let state = Self.state(trouble: "the server ended a connection, and this sentence is long")
        for columns in [1, 2, 11, 12, 13, 20, 40, 79, 80, 120, 300] {
            for rows in [0, 1, 2, 5, 6, 8, 12, 23, 24, 40, 80] {
                let screen = WatchScreen(state, size: TerminalSize(columns: columns, rows: rows), colours: false)
                #expect(screen.lines.count <= max(1, rows), "\(columns) × \(rows)")
                #expect(screen.lines.allSatisfy { $0.count <= columns }, "\(columns) × \(rows)")
            }
        }
    }

    @Test("80 × 24 has figures, arrivals, bytes and delays of all five lanes, and the legend")
    func standardSize() throws {
        let lines = WatchScreen(
            Self.state(), size: TerminalSize(columns: 82, rows: 24), colours: false
        ).lines
        #expect(lines.count == 24)
        #expect(lines[0].hasPrefix("PushLab http://127.0.0.1:8080  synthetic  0:12"))
        #expect(lines[0].hasSuffix("q quits"))
        let titles = ["transport", "items", "delay", "p50", "p99", "age", "requests", "B/item"]
        #expect(lines[1].split(separator: " ").map(String.init) == titles)
        #expect(lines[2].hasPrefix("short-poll       120    400 ms    400 ms    400 ms    1.00 s         3      10.4"))
        #expect(lines[3] == "  arrivals ++++++++++++")
        #expect(lines[4].hasPrefix("  bytes    PPPP"))
        #expect(lines[4].hasSuffix("HHHH 1,250"))
        #expect(lines[5] == "  delays   ...........█.....")
        #expect(lines[18].hasPrefix("websocket"))
        #expect(lines[22].hasPrefix("  bytes    P payload  H HTTP headers"))
    }

    @Test("a failure takes the place of the arrivals, until an item arrives")
    func trouble() {
        let lines = WatchScreen(
            Self.state(trouble: "the server ended a connection"), size: TerminalSize(columns: 80, rows: 24),
            colours: false
        ).lines
        #expect(lines[3] == "  ! the server ended a connection")
    }

    @Test("after a restart of the server the title says so, and all figures and the time begin again")
    func restart() throws {
        var state = Self.state()
        state.restart(feed: "replay", at: Self.at(13))
        state.take(Self.names.map { _ in Self.progress(items: 3) }, at: Self.at(15))
        let lines = WatchScreen(state, size: TerminalSize(columns: 80, rows: 24), colours: false).lines
        #expect(lines[0] == "PushLab http://127.0.0.1:8080  0:02 since the server was restarted       q quits")
        let wide = WatchScreen(state, size: TerminalSize(columns: 100, rows: 24), colours: false).lines
        #expect(wide[0].hasPrefix("PushLab http://127.0.0.1:8080  replay  0:02 since the server was restarted"))
        #expect(lines[3] == "  arrivals 3")
        #expect(try Self.line(WatchRecord(state)).hasSuffix(#""restarts":1,"time_s":2}"#))
    }

    @Test("colours are control sequences around the same text")
    func colours() {
        let size = TerminalSize(columns: 80, rows: 24)
        let plain = WatchScreen(Self.state(), size: size, colours: false).lines
        let coloured = WatchScreen(Self.state(), size: size, colours: true).lines
        #expect(coloured.map { $0.replacing(/\u{1b}\[[0-9;]*m/, with: "") } == plain)
        #expect(coloured[4].contains("\u{1b}[97;48;5;29mPPP"))
    }

    @Test(
        "a bar's cells add up, and no layer with bytes disappears while there are enough cells",
        arguments: [
            ([1_000, 1, 0, 250], 10, [7, 1, 0, 2]), ([1, 1, 1], 2, [0, 1, 1]), ([0, 0], 5, [0, 0]),
            ([5, 5], 0, [0, 0]), ([-3, 4], 4, [0, 4]),
        ] as [([Int64], Int, [Int])])
    func shares(parts: [Int64], cells: Int, expected: [Int]) {
        let shares = WatchScreen.shares(parts, of: cells)
        #expect(shares.reduce(0, +) == expected.reduce(0, +))
        #expect(zip(parts, shares).allSatisfy { $0 > 0 || $1 == 0 })
        if cells >= parts.count { #expect(shares == expected) }
    }

    @Test("arrivals are the items between two frames")
    func arrivals() {
        var state = WatchState(address: "", feed: "", lanes: ["sse"], began: Self.at(0))
        for (index, items) in [0, 0, 5, 5, 6].enumerated() {
            state.take([Self.progress(items: UInt64(items))], at: Self.at(Double(index)))
        }
        #expect(state.lanes[0].arrivals == [0, 0, 5, 0, 1])
    }

    @Test("numbers only: one line per lane with every figure")
    func plain() {
        let lines = WatchText.lines(Self.state())
        #expect(lines.count == 5)
        #expect(
            lines[0]
                == "12.0 s  short-poll: 120 items, delay 400 ms, p50 400 ms, p99 400 ms, age 1.00 s, 3 requests, "
                + "1,250 bytes (payload 1,000, HTTP headers 250)")
    }

    @Test("before the first item there are no delays, not zeros")
    func empty() throws {
        var state = WatchState(address: "", feed: "", lanes: ["sse"], began: Self.at(0))
        state.take([FleetProgress()], at: Self.at(1))
        #expect(
            WatchText.lines(state)
                == ["1.0 s  sse: 0 items, delay –, p50 –, p99 –, age –, 0 requests, 0 bytes"])
        #expect(
            try Self.line(WatchRecord(state)) == #"{"lanes":[{"connections":0,"down":{},"items":0,"missed":0,"#
                + #""requests":0,"transport":"sse","up":{}}],"restarts":0,"time_s":1}"#)
    }

    @Test("JSON has the layers of both directions in bytes, and times in µs")
    func json() throws {
        let text = try Self.line(WatchRecord(Self.state()))
        let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        let lane = try #require((object?["lanes"] as? [[String: Any]])?.first)
        #expect(lane["up"] as? [String: Int] == ["http_head": 200])
        #expect(lane["down"] as? [String: Int] == ["http_head": 50, "payload": 1_000])
        #expect((lane["delay_us"] as? Int, lane["age_us"] as? Int) == (400_000, 1_000_000))
    }

    @Test("the last line compares the layers with the kernel's count")
    func ending() {
        var ledger = ByteLedger()
        ledger.book(100, .payload, .down)
        var kernel = KernelCount()
        kernel.bytesDown = 100
        #expect(
            WatchText.ending("sse", ClientBytes(ledger: ledger, kernel: kernel))
                == "sse: 100 bytes (payload 100); the kernel counted the same")
        kernel.bytesUp = 1
        #expect(
            WatchText.ending("sse", ClientBytes(ledger: ledger, kernel: kernel))
                .hasSuffix("; the kernel counted 101 bytes"))
    }
}

import HTTP
import Measurement
import NIOCore
import Testing

@testable import FeedServer

@Suite("Which lanes the server keeps")
struct LaneRosterTests {
    private let start = MonotonicInstant(nanoseconds: 1_000)
    private var later: MonotonicInstant { start + LaneRoster<Int>.patience }

    @Test("a lane is made once and found again")
    func found() {
        var roster = LaneRoster<Int>()
        #expect(roster.find("a", at: start) == nil)
        #expect(roster.join("a", at: start) { 1 } == 1)
        #expect(roster.join("a", at: start) { 2 } == 1)
        #expect(roster.find("a", at: start) == 1)
        #expect(roster.openConnections(of: "a") == 2)
    }

    @Test("with 500 lanes, a further one replaces the longest idle one that has no connection")
    func replaced() {
        var roster = full()
        for (place, id) in ["20", "30", "10"].enumerated() {
            roster.connectionLeft(id, at: start + .seconds(place + 1))
        }
        #expect(roster.find("20", at: start + .seconds(9)) == 20, "a request about it makes it the latest")
        #expect(roster.join("x", at: start + .seconds(10)) { -1 } == -1)
        #expect(roster.join("y", at: start + .seconds(10)) { -2 } == -2)
        #expect(roster.count == 500)
        #expect(roster.find("30", at: start + .seconds(10)) == nil)
        #expect(roster.find("10", at: start + .seconds(10)) == nil)
        #expect(roster.find("20", at: start + .seconds(10)) == 20)
    }

    @Test("if all 500 lanes have connections, a further one is refused and a known one is not")
    func refused() {
        var roster = full()
        let refused = roster.join("x", at: later) { -1 }
        #expect(refused == nil)
        #expect(roster.join("7", at: later) { -1 } == 7)
        roster.connectionLeft("7", at: later)
        #expect(roster.join("x", at: later) { -1 } == nil, "it has another connection")
        roster.connectionLeft("7", at: later)
        #expect(roster.join("x", at: later) { -1 } == -1)
        #expect(roster.count == 500)
    }

    @Test("the refusal is 503 and says what to do")
    func refusal() throws {
        let registry = LaneRegistry(mostConnections: 1_000)
        let lanes = try (0..<500).map { try registry.join("\($0)") }
        let sentence = "the server has 500 lanes with open connections, which is its maximum; close other tabs"
        #expect(throws: RequestFault(.serviceUnavailable, sentence)) { try registry.join("x") }
        registry.connectionLeft(lanes[3])
        #expect(try registry.join("x").id == "x")
        #expect(throws: RequestFault.self) { try registry.find("3") }
    }

    @Test("a lane is forgotten after 10 minutes without a connection or a request about it")
    func forgotten() {
        var roster = LaneRoster<Int>()
        _ = roster.join("a", at: start) { 1 }
        #expect(roster.find("a", at: later + .seconds(1)) == 1)
        let end = later + .seconds(2)
        roster.connectionLeft("a", at: end)
        #expect(roster.openConnections(of: "a") == 0)
        #expect(roster.find("a", at: end + .seconds(599)) == 1)
        #expect(roster.find("a", at: end + .seconds(599 + 599)) == 1, "a request counts too")
        #expect(roster.find("a", at: end + .seconds(599 + 599 + 600)) == nil)
        #expect(roster.count == 0)
    }

    /// 500 lanes with a connection each.
    private func full() -> LaneRoster<Int> {
        var roster = LaneRoster<Int>()
        for number in 0..<500 { _ = roster.join("\(number)", at: start) { number } }
        return roster
    }

    @Test(
        "a lane's name has 1 to 32 letters, digits and hyphens",
        arguments: [
            ("/poll?lane=a-Z09", "a-Z09"), ("/poll?after=0&lane=x&y", "x"), ("/poll?after=5", nil), ("/poll", nil),
        ])
    func names(target: String, id: String?) throws {
        #expect(try LaneID.read(try head(target)) == id)
    }

    @Test("other names are refused", arguments: ["", "a_b", "a%20b", "a.b", String(repeating: "a", count: 33)])
    func badNames(name: String) throws {
        let request = try head("/poll?lane=\(name)")
        #expect(throws: RequestFault.self) { try LaneID.read(request) }
    }

    private func head(_ target: String) throws -> RequestHead {
        var bytes = ByteBuffer(string: "GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n")
        var parser = RequestParser()
        return try #require(try parser.next(from: &bytes))
    }
}

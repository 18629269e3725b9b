import FeedServer
import Foundation
import Host
import Measurement
import Testing
import Transports

@Suite("Hostile clients of lane ports", .timeLimit(.minutes(1)))
struct LaneHostilityTests {
    /// What a client sends: a text, bytes, and a byte many times.
    struct Garbage: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let bytes: [UInt8]

        init(_ name: String, _ text: String = "", _ bytes: [UInt8] = [], then byte: UInt8 = 0x61, times: Int = 0) {
            testDescription = name
            self.bytes = Array(text.utf8) + bytes + [UInt8](repeating: byte, count: times)
        }
    }

    private static let upgrade =
        "GET /ws?after=0&lane=x HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    private static let poll = "GET /poll?after=0&lane=x HTTP/1.1\r\nHost: a\r\n\r\n"
    private static let preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

    private static let all: [Garbage] = [
        Garbage("bytes of all values", "", Array(0...255), then: 0xfe, times: 5_000),
        Garbage("zeros", then: 0, times: 5_000),
        Garbage("half a request", "GET /poll?after=0&lane=x HTTP/1.1\r\nHos"),
        Garbage("a request and a half", poll + "GET /poll?la"),
        Garbage("headers without an end", "GET / HTTP/1.1\r\nX: ", times: 1 << 20),
        Garbage("a long request line", "GET /", times: 1 << 20),
        Garbage("an endless first line", "FEED ", then: 0x20, times: 1 << 20),
        Garbage("a record of TLS", "", [0x16, 3, 1, 0xff, 0xff], times: 70_000),
        Garbage("half a preface of HTTP/2", String(preface.prefix(12))),
        Garbage("a preface and garbage", preface, then: 0x7e, times: 3_000),
        Garbage("DATA that is all padding", preface, [0, 0, 1, 0, 8, 0, 0, 0, 1, 0xff]),
        Garbage("a frame without a mask", upgrade, [0x81, 1, 0x61]),
        Garbage("a frame of 2^64 − 1 B", upgrade, [0x82], then: 0xff, times: 40),
        Garbage("a continuation of nothing", upgrade, [0x80, 0x80, 0, 0, 0, 0]),
        Garbage("a long Ping", upgrade, [0x89, 0xfe, 1, 0, 0, 0, 0, 0], then: 0, times: 256),
        Garbage("RSV1 without an agreement", upgrade, [0xc1, 0x81, 0, 0, 0, 0, 0]),
        Garbage("half a body", "POST /echo?lane=x HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n1"),
    ]

    @Test("what a client sends cannot stop the server, and each byte that it counts is in a layer", arguments: all)
    func garbage(_ garbage: Garbage) async throws {
        try await withPage(items: 1) { page in
            let (main, port) = (page.port, page.port(of: "websocket"))
            try await blocking { () throws in
                let client = try RawConnection(port: port)
                // The server may close while bytes are still being sent.
                try? client.send(garbage.bytes)
                client.finishSending()
                _ = client.readToEnd()
                #expect(try RawConnection(port: port).exchange("/poll?after=0&lane=y").status == 200)
                let frames = try RawConnection(port: main).exchange("/lanes/x/frames", PageServer.authorization)
                #expect([200, 404].contains(frames.status))
                for id in ["x", "y"] where try RawConnection(port: main).exchange("/lanes/\(id)").status == 200 {
                    let lane = try awaitNoConnection(main, id)
                    #expect(lane.kernel?.down == lane.sum("down"))
                    // The server need not read all that has arrived at a connection that it closes.
                    #expect(lane.kernel?.up ?? 0 >= lane.sum("up"))
                    #expect(id == "x" ? lane.sum("up") <= garbage.bytes.count : lane.kernel?.up == lane.sum("up"))
                }
            }
        }
    }

    @Test("frames of streams that were never opened are counted, with bounded memory")
    func manyStreams() async throws {
        try await withPage(items: 1) { page in
            let (main, port) = (page.port, page.port(of: "sse"))
            try await blocking { () throws in
                let client = try HTTP2Client(port: port)
                try client.send(HTTP2Client.request("GET", "/poll?after=0&lane=x", stream: 1))
                #expect(try client.answer(on: 1).heads.first?[":status"] == "200")
                var priorities: [UInt8] = []
                for stream in 1...5_000 {
                    priorities += HTTP2Client.frame(.priority, stream: 2 * stream + 1, [0, 0, 0, 0, 1])
                }
                try? client.connection.send(priorities)
                let lane = try awaitLane(main, "x") { $0.kernel?.up == $0.sum("up") && $0.sum("up") > priorities.count }
                #expect(lane.sum("up") > priorities.count)
                #expect(lane.kernel == .init(up: lane.sum("up"), down: lane.sum("down")))
            }
        }
    }

    @Test("a lane keeps the beginning of a long message only")
    func longMessages() async throws {
        try await withPage(items: 0) { page in
            let (main, port) = (page.port, page.port(of: "websocket"))
            try await blocking { () throws in
                let client = try RawConnection(port: port)
                #expect(try client.upgrade("/echo?lane=x").status == 101)
                let message = [UInt8](repeating: 0, count: 60_000)
                for _ in 0..<70 {
                    try client.send([0x82, 0xfe, 0xea, 0x60, 0, 0, 0, 0] + message)
                    #expect(try client.readFrame().payload.count == message.count)
                }
                let lane: LaneAnswer = try PageServer.ask(main, "/lanes/x")
                #expect(lane.layers["up"]?["payload"] == 70 * message.count)
                #expect(lane.kernel == lane.plaintext)
                let frames = try RawConnection(port: main).exchange("/lanes/x/frames", PageServer.authorization)
                #expect(frames.status == 200)
                #expect(frames.body.utf8.count < 1 << 20)
            }
        }
    }

    @Test("the messages that a lane keeps take bounded memory")
    func longHeaders() async throws {
        try await withPage(items: 0) { page in
            let (main, port) = (page.port, page.port(of: "short-poll"))
            try await blocking { () throws in
                let client = try RawConnection(port: port)
                let field = "X: " + String(repeating: "a", count: 3_000)
                for _ in 0..<64 { #expect(try client.exchange("/poll?lane=x", field).status == 204) }
                let frames = try RawConnection(port: main).exchange("/lanes/x/frames", PageServer.authorization).body
                #expect(frames.utf8.count < 64 << 10)
                #expect(frames.contains(#""kind":"request""#) && frames.contains(#""kind":"response""#))
            }
        }
    }

    @Test("a request for another host name uses no lane")
    func foreignHost() async throws {
        try await withPage(items: 1) {
            $0.settings.hosts = try? HostPolicy(allowed: ["a"])
        } running: { page in
            let (main, port) = (page.port, page.port(of: "short-poll"))
            try await blocking { () throws in
                let client = try RawConnection(port: port)
                try client.send("GET /poll?lane=x HTTP/1.1\r\nHost: evil.example\r\n\r\n")
                #expect(try client.readResponse().status == 421)
                #expect(try RawConnection(port: main).exchange("/lanes/x").status == 404)
            }
        }
    }

    @Test("a connection above the maximum of the lane ports is answered 503; a freed place is reused")
    func manyConnections() async throws {
        try await withPage {
            $0.page?.laneConnections = 1
        } running: { page in
            let port = page.port(of: "short-poll")
            try await blocking { () throws in
                var held = try page.lanes.map { _ in try RawConnection(port: port) }
                for connection in held { #expect(try connection.exchange("/poll?lane=x").status == 204) }
                let refused = try RawConnection(port: page.port(of: "sse")).exchange("/poll?lane=y")
                #expect(refused.status == 503)
                #expect(refused.body == "the lane ports have reached their maximum of 5 connections\n")
                held.removeLast()
                var status = 503
                let deadline = MonotonicClock.now() + .seconds(5)
                while status == 503, MonotonicClock.now() < deadline {
                    usleep(5_000)
                    status = try RawConnection(port: port).exchange("/poll?lane=x").status
                }
                #expect(status == 204)
            }
        }
    }
}

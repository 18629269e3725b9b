import FeedServer
import Foundation
import Testing

@Suite("The bytes of lanes over HTTP/2", .timeLimit(.minutes(1)))
struct LaneHTTP2Tests {
    @Test("each byte of a real client's connection is in a layer of its lane, and the kernel counts the same")
    func layers() async throws {
        try await withPage(items: 3) { page in
            let (main, port) = (page.port, page.port(of: "short-poll"))
            try await blocking { () throws in
                let body = try CurlTool.ask(
                    "http://127.0.0.1:\(port)", ["/poll?after=0&lane=a"], ["--http2-prior-knowledge"])
                #expect(body.split(separator: "\n").count == 3)
                let lane = try awaitNoConnection(main, "a")
                #expect((lane.transport, lane.connections) == ("short-poll", 1))
                #expect((lane.requests, lane.items) == (1, 3))
                #expect(lane.layers["down"]?["payload"] == body.utf8.count - 3)
                #expect(lane.layers["down"]?["envelope"] == 3)
                #expect(lane.layers["up"]?["http_head"] ?? 0 > 20)
                #expect(lane.layers["up"]?["handshake"] ?? 0 > 24, "preface and settings")
                #expect(lane.sum("up") == lane.plaintext.up && lane.sum("down") == lane.plaintext.down)
                #expect(lane.kernel == lane.plaintext)
            }
        }
    }

    @Test("lanes that share a connection have the bytes of their streams")
    func shared() async throws {
        try await withPage(items: 2) { page in
            let (main, port) = (page.port, page.port(of: "short-poll"))
            let targets = ["/poll?after=0&lane=a", "/poll?after=1&lane=b", "/poll?after=0", "/poll?after=2&lane=a"]
            try await blocking { () throws in
                let client = try HTTP2Client(port: port)
                let requests = targets.enumerated().map { HTTP2Client.request("GET", $1, stream: 2 * $0 + 1) }
                var bodies: [Int] = []
                for (place, request) in requests.enumerated() {
                    try client.send(request)
                    bodies.append(try client.answer(on: 2 * place + 1).body.count)
                }
                let lanes: [LaneAnswer] = try ["a", "b"].map { try PageServer.ask(main, "/lanes/\($0)") }
                #expect(lanes.map(\.requests) == [2, 1])
                #expect(lanes.map(\.items) == [2, 1])
                #expect(lanes.map(\.connections) == [1, 1])
                #expect(lanes.map { $0.layers["down"]?["payload"] ?? 0 } == [bodies[0] - 2, bodies[1] - 1])
                #expect(
                    lanes.map { $0.layers["up"]?["http_head"] ?? 0 }
                        == [requests[0].count + requests[3].count, requests[1].count])
                for lane in lanes {
                    #expect(lane.sum("up") == lane.plaintext.up && lane.sum("down") == lane.plaintext.down)
                    #expect(lane.kernel == lane.plaintext)
                }
                let frames = try RawConnection(port: main).exchange("/lanes/b/frames", PageServer.authorization).body
                #expect(frames.contains("HTTP/2 DATA, stream 3"))
                #expect(!frames.contains("HTTP/2 DATA, stream 1"))
            }
        }
    }

    @Test("the items of a held poll count although its stream ends with them")
    func held() async throws {
        try await withPage(configure: slowFeed) { page in
            let (main, port) = (page.port, page.port(of: "long-poll"))
            try await blocking { () throws in
                let client = try HTTP2Client(port: port)
                try client.send(HTTP2Client.request("GET", "/long-poll?lane=a", stream: 1))
                #expect(try awaitLane(main, "a") { $0.open == 1 }.open == 1)
                #expect(try PageServer.post(main, "/control/publish").status == 200)
                #expect(try client.answer(on: 1).text.hasPrefix("1,"))
                let lane: LaneAnswer = try PageServer.ask(main, "/lanes/a")
                #expect(lane.items == 1)
            }
        }
    }

    @Test("requests that overlap are counted for their own lanes")
    func overlapping() async throws {
        try await withPage(items: 1) { page in
            let (main, port) = (page.port, page.port(of: "sse"))
            try await blocking { () throws in
                let client = try HTTP2Client(port: port)
                let events = HTTP2Client.request("GET", "/events?after=0&lane=a", stream: 1)
                let poll = HTTP2Client.request("GET", "/poll?after=0&lane=b", stream: 3)
                // The second request arrives before the first one is processed, and ends before it.
                try client.send(events, poll)
                #expect(try client.head(on: 1)[":status"] == "200")
                let body = try client.answer(on: 3).text
                var lanes: [LaneAnswer] = try ["a", "b"].map { try PageServer.ask(main, "/lanes/\($0)") }
                #expect(lanes.map(\.open) == [1, 0])
                #expect(lanes.map { $0.layers["up"]?["http_head"] ?? 0 } == [events.count, poll.count])
                #expect(lanes.map { $0.layers["down"]?["payload"] ?? 0 } == [body.utf8.count - 1, body.utf8.count - 1])
                #expect(lanes.map(\.transport) == ["sse", "short-poll"])
                let dropped = try PageServer.post(main, "/control/drop?lane=a", token: nil)
                #expect(dropped.body == "{\"dropped\":1}\n")
                lanes = try ["a", "b"].map { try awaitNoConnection(main, $0) }
                for lane in lanes {
                    #expect(lane.sum("up") == lane.plaintext.up && lane.sum("down") == lane.plaintext.down)
                    #expect(lane.kernel == lane.plaintext)
                }
            }
        }
    }

    @Test("with TLS, lanes that share a connection share its bytes too", arguments: ["--no-parallel", "--parallel"])
    func encrypted(order: String) async throws {
        try await withEncryptedPage { main, port in
            _ = try CurlTool.ask(
                "https://127.0.0.1:\(port)", ["/poll?after=0&lane=a", "/poll?after=0&lane=b"], ["--http2", order])
            let lanes = try ["a", "b"].map { try CurlTool.lane(main, $0) }
            for lane in lanes {
                #expect(lane.items == 1)
                #expect(lane.tls.up > 0 && lane.tls.down > 0)
                #expect(lane.sum("up") == lane.plaintext.up + lane.tls.up)
                #expect(lane.kernel == .init(up: lane.sum("up"), down: lane.sum("down")))
            }
            #expect(lanes[0].tls.down + lanes[1].tls.down > 500, "the handshake")
        }
    }
}

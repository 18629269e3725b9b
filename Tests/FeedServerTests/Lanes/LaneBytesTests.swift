import Feed
import FeedServer
import Foundation
import Testing

@Suite("The bytes of a lane", .timeLimit(.minutes(1)))
struct LaneBytesTests {
    @Test("each byte of a poll is in a layer, and the kernel counts the same")
    func poll() async throws {
        try await withPage(items: 3) { page in
            let (main, port) = (page.port, page.port(of: "short-poll"))
            try await blocking { () throws in
                let client = try RawConnection(port: port)
                let first = try client.exchange("/poll?after=0&lane=A-1")
                let second = try client.exchange("/poll?after=3&lane=A-1")
                #expect(first.sequences == [1, 2, 3])
                #expect(second.status == 204)
                let lane: LaneAnswer = try PageServer.ask(main, "/lanes/A-1")
                #expect(lane.transport == "short-poll")
                #expect((lane.connections, lane.open, lane.requests, lane.items) == (1, 1, 2, 3))
                let sent = 2 * "GET /poll?after=0&lane=A-1 HTTP/1.1\r\nHost: a\r\n\r\n".utf8.count
                let received = first.head.utf8.count + first.body.utf8.count + second.head.utf8.count
                #expect(lane.layers["up"]?["http_head"] == sent)
                #expect(lane.layers["down"]?["payload"] == first.body.utf8.count - 3)
                #expect(lane.layers["down"]?["envelope"] == 3, "one line end per item")
                #expect(lane.sum("up") == sent)
                #expect(lane.sum("down") == received)
                #expect(lane.plaintext == .init(up: sent, down: received))
                #expect(lane.kernel == lane.plaintext)
                #expect(lane.tls == .init(up: 0, down: 0))
            }
        }
    }

    @Test("a connection that serves two lanes adds the bytes of each request to its own")
    func shared() async throws {
        try await withPage(items: 1) { page in
            let (main, port) = (page.port, page.port(of: "short-poll"))
            try await blocking { () throws in
                let client = try RawConnection(port: port)
                let requests = [
                    "/poll?after=0&lane=a", "/poll?after=1&lane=bb", "/poll?after=0", "/poll?after=0&lane=a",
                ]
                let answers = try requests.map { try client.exchange($0) }
                func sent(_ numbers: [Int]) -> Int {
                    numbers.reduce(0) { $0 + "GET \(requests[$1]) HTTP/1.1\r\nHost: a\r\n\r\n".utf8.count }
                }
                func received(_ numbers: [Int]) -> Int {
                    numbers.reduce(0) { $0 + answers[$1].head.utf8.count + answers[$1].body.utf8.count }
                }
                for (id, numbers) in [("a", [0, 3]), ("bb", [1])] {
                    let lane: LaneAnswer = try PageServer.ask(main, "/lanes/\(id)")
                    #expect(lane.plaintext == .init(up: sent(numbers), down: received(numbers)))
                    #expect(lane.kernel == lane.plaintext)
                    #expect(lane.requests == numbers.count)
                    #expect(lane.open == (id == "a" ? 1 : 0))
                }
            }
        }
    }

    @Test("a WebSocket's frames are in their layers, and the counts outlive the connection")
    func webSocket() async throws {
        try await withPage(items: 2) { page in
            let (main, port) = (page.port, page.port(of: "websocket"))
            try await blocking { () throws in
                var client: RawConnection? = try RawConnection(port: port)
                #expect(try client?.upgrade("/ws?after=0&lane=w").status == 101)
                let payloads = try (0..<2).map { _ in try client?.readFrame().payload.count ?? 0 }
                try client?.send([0x89, 0x80, 1, 2, 3, 4])
                #expect(try client?.readFrame().first == 0x8a)
                let lane: LaneAnswer = try PageServer.ask(main, "/lanes/w")
                #expect(lane.layers["down"]?["payload"] == payloads.reduce(0, +))
                #expect(lane.layers["down"]?["ws_frame_header"] == 4)
                #expect(lane.layers["up"]?["ws_mask"] == 4)
                #expect(lane.layers["up"]?["ws_control"] == 2)
                #expect(lane.kernel == lane.plaintext)
                #expect(lane.items == 2)
                client = nil
                let end = try awaitNoConnection(main, "w")
                #expect(end.plaintext == lane.plaintext)
                #expect(end.kernel == lane.plaintext)
            }
        }
    }

    @Test("with TLS, the layers have the bytes of TLS too")
    func encrypted() async throws {
        try await withEncryptedPage { main, port in
            for (version, id) in [("--http1.1", "one"), ("--http2", "two")] {
                _ = try CurlTool.ask(port, "/poll?after=0&lane=\(id)", version)
                let lane = try CurlTool.lane(main, id)
                #expect(lane.tls.up > 100 && lane.tls.down > 500)
                #expect(lane.sum("up") == lane.plaintext.up + lane.tls.up)
                #expect(lane.kernel == .init(up: lane.sum("up"), down: lane.sum("down")))
                #expect(lane.items == 1)
            }
        }
    }

    @Test("a request without a lane is served and counted nowhere; a name that is not allowed gets 400")
    func unnamed() async throws {
        try await withPage(items: 1) { page in
            let (main, port) = (page.port, page.port(of: "sse"))
            try await blocking { () throws in
                let client = try RawConnection(port: port)
                #expect(try client.exchange("/poll?after=0").sequences == [1])
                let refused = try client.exchange("/poll?after=0&lane=a_b")
                #expect(refused.status == 400)
                #expect(refused.body == "lane is 'a_b'; allowed 1 to 32 letters, digits and hyphens\n")
                let unknown = try RawConnection(port: main).exchange("/lanes/unknown")
                #expect(unknown.status == 404)
                #expect(unknown.body == "no connection of a lane port has named the lane 'unknown'\n")
            }
        }
    }

    @Test("the latest messages need the token")
    func messages() async throws {
        try await withPage(items: 1) { page in
            let (main, port) = (page.port, page.port(of: "short-poll"))
            try await blocking { () throws in
                let client = try RawConnection(port: port)
                _ = try client.exchange("/poll?after=0&lane=a")
                #expect(try RawConnection(port: main).exchange("/lanes/a/frames").status == 403)
                let answer = try RawConnection(port: main).exchange("/lanes/a/frames", PageServer.authorization)
                #expect(answer.status == 200)
                #expect(answer.body.contains(#""kind":"request""#))
                #expect(answer.body.contains(#""kind":"response""#))
            }
        }
    }

    @Test("dropping a lane closes its connections and no others")
    func drop() async throws {
        try await withPage(items: 1) { page in
            let (main, port) = (page.port, page.port(of: "http-stream"))
            try await blocking { () throws in
                let (one, other) = (try RawConnection(port: port), try RawConnection(port: port))
                #expect(try one.exchange("/stream?after=1&lane=one").status == 200)
                #expect(try other.exchange("/stream?after=1&lane=other").status == 200)
                let answer = try PageServer.post(main, "/control/drop?lane=one", token: nil)
                #expect(answer.status == 200)
                #expect(answer.body == "{\"dropped\":1}\n")
                #expect(one.readToEnd().end != .silent)
                #expect(try PageServer.post(main, "/control/drop", token: nil).status == 403)
                #expect(try PageServer.post(main, "/control/drop").body == "{\"dropped\":1}\n")
                #expect(other.readToEnd().end != .silent)
            }
        }
    }
}

import FeedServer
import Foundation
import Testing

@Suite("The paths of the teaching page", .timeLimit(.minutes(1)))
struct PageRouteTests {
    @Test("the main port has the page, its facts and its clock")
    func main() async throws {
        try await withPage(configure: slowFeed) { page in
            let port = page.port
            #expect(page.lanes.map(\.transport) == ["short-poll", "long-poll", "http-stream", "sse", "websocket"])
            #expect(Set(page.lanes.map(\.port) + [port]).count == 6)
            let ports = page.lanes.map(\.port)
            try await blocking { () throws in
                let client = try RawConnection(port: port)
                let answer = try client.exchange("/")
                #expect(answer.body == "<>")
                #expect(answer["origins"] == ports.map { "http://a:\($0)" }.joined(separator: " "))
                #expect(try client.exchange("/page/main.js").body == "<main.js>")
                let clock: [String: Int] = try PageServer.ask(port, "/page/clock")
                #expect((0..<60_000_000).contains(clock["now_us"] ?? -1))
                let setup: PageServer.Setup = try PageServer.ask(port, "/page/setup.json")
                #expect(!setup.mayControl && !setup.tls && !setup.http2 && setup.feed.controls)
                #expect(try client.exchange("/page/other.js").status == 404)
            }
        }
    }

    @Test(
        "the lane ports have the feed and not the page",
        arguments: ["/", "/page/main.js", "/page/setup.json", "/control", "/lanes/a"])
    func lanes(target: String) async throws {
        try await withPage(items: 1) { page in
            let port = page.port(of: "long-poll")
            try await blocking { () throws in
                #expect(try RawConnection(port: port).exchange("/long-poll?after=0").sequences == [1])
                #expect(try RawConnection(port: port).exchange(target).status == 404)
            }
        }
    }

    @Test("without the page, its paths do not exist", arguments: ["/", "/control", "/page/setup.json", "/lanes/a"])
    func noPage(target: String) async throws {
        try await withServer { server in
            let port = server.port
            let answer = try await blocking { try RawConnection(port: port).exchange(target) }
            #expect(answer.status == 404)
        }
    }

    @Test("the page may read the lanes, with cookies if it sends some; other pages may not")
    func origins() async throws {
        try await withPage(items: 1) { page in
            let (main, port) = (page.port, page.port(of: "short-poll"))
            try await blocking { () throws in
                func fields(_ origin: String, _ further: String...) throws -> RawResponse {
                    let client = try RawConnection(port: port)
                    let lines = ["GET /poll?after=0 HTTP/1.1", "Host: lab:\(port)", "Origin: \(origin)"] + further
                    try client.send(lines.joined(separator: "\r\n") + "\r\n\r\n")
                    return try client.readResponse()
                }
                let own = "http://lab:\(main)"
                #expect(try fields(own)["access-control-allow-origin"] == own)
                #expect(try fields(own)["access-control-allow-credentials"] == nil)
                #expect(try fields(own, "Cookie: a=b")["access-control-allow-credentials"] == "true")
                for foreign in ["http://lab:1", "http://other:\(main)", "null"] {
                    #expect(try fields(foreign)["access-control-allow-origin"] == nil)
                }
            }
        }
    }

    @Test("a page of another origin cannot use the controls")
    func foreignControl() async throws {
        try await withPage(configure: slowFeed) { page in
            let port = page.port
            try await blocking { () throws in
                let client = try RawConnection(port: port)
                try client.send(
                    "POST /control/publish HTTP/1.1\r\nHost: lab\r\nOrigin: http://other\r\n"
                        + "\(PageServer.authorization)\r\nContent-Length: 0\r\n\r\n")
                #expect(try client.readResponse().status == 403)
            }
        }
    }

    @Test("the statistics have each transport, and the lanes' bytes by layer")
    func statistics() async throws {
        try await withPage(items: 2) { page in
            let (main, port) = (page.port, page.port(of: "short-poll"))
            try await blocking { () throws in
                let client = try RawConnection(port: port)
                _ = try client.exchange("/poll?after=0&lane=a")
                _ = try RawConnection(port: main).exchange("/poll?after=1")
                let text = try RawConnection(port: main).exchange("/metrics").body
                let lines = Set(text.split(separator: "\n"))
                #expect(lines.contains { $0.hasPrefix(#"pushlab_transport_connections{transport="short-poll"} "#) })
                #expect(lines.contains { $0.hasPrefix(#"pushlab_transport_items_total{transport="short-poll"} "#) })
                #expect(lines.contains(#"pushlab_transport_requests_total{transport="sse"} 0"#))
                #expect(lines.contains(#"pushlab_handover_seconds_count{transport="short-poll"} 1"#))
                let head = "GET /poll?after=0&lane=a HTTP/1.1\r\nHost: a\r\n\r\n".utf8.count
                #expect(
                    lines.contains(
                        #"pushlab_lane_bytes_total{transport="short-poll",direction="up",layer="http_head"} \#(head)"#))
            }
        }
    }
}

@Suite("Explanations of pasted text", .timeLimit(.minutes(1)))
struct ExplainPageTests {
    @Test(
        "a text is explained, and what cannot be explained gets 422 and a sentence",
        arguments: [
            ("frames", "81 05 48 65 6c 6c 6f", true), ("frames", "81 0", false), ("frames", "", false),
            ("exchange", "GET /poll HTTP/1.1\r\nHost: a\r\n\r\n", true), ("handshake", "nothing", false),
        ])
    func explained(name: String, text: String, isExplained: Bool) async throws {
        try await withPage { page in
            let port = page.port
            try await blocking { () throws in
                let answer = try PageServer.post(port, "/explain/\(name)", text, token: nil)
                #expect(answer.status == (isExplained ? 200 : 422))
                #expect(answer["content-type"] == "application/json")
                #expect(answer.body.hasPrefix(isExplained ? "{" : #"{"error":""#))
                #expect(answer.body.contains(isExplained ? #""subject":"\#(name)""# : "error"))
            }
        }
    }

    @Test("64 KiB are explained; a longer text is refused before it is read")
    func long() async throws {
        try await withPage { page in
            let port = page.port
            try await blocking { () throws in
                let long = try PageServer.post(port, "/explain/frames", String(repeating: "0", count: 65_536))
                #expect(long.status == 422)
                #expect(long.body == #"{"error":"the input has more than 1000 frames; explain a part of it"}"# + "\n")
                let fields = String(repeating: "a: b\r\n", count: 201)
                let many = try PageServer.post(port, "/explain/handshake", "GET /ws HTTP/1.1\r\n\(fields)\r\n")
                #expect(many.status == 422)
                #expect(many.body == #"{"error":"the handshake has 201 fields; at most 200 are explained"}"# + "\n")
                let tooLong = try PageServer.post(port, "/explain/frames", String(repeating: "0", count: 65_537))
                #expect(tooLong.status == 413)
                #expect(tooLong.body == "the body is longer than the allowed 65536 B\n")
                #expect(try PageServer.post(port, "/explain/other").status == 404)
                #expect(try RawConnection(port: port).exchange("/explain/frames").status == 405)
            }
        }
    }
}

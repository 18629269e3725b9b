import FeedServer
import Testing
import Transports

@Suite("Pages of other origins, and host names, over the wire", .timeLimit(.minutes(1)))
struct PageAccessTests {
    private static let origin = "https://lab.example"
    private static let cors = [
        "Vary: Origin", "Access-Control-Allow-Origin: https://lab.example",
        "Access-Control-Expose-Headers: Last-Sequence, Oldest-Sequence, ETag",
    ]

    @Test(
        "an allowed page can read every response, including refusals; others get no additional byte",
        arguments: [
            ("/poll?after=0", 200), ("/poll?after=2", 204), ("/long-poll?after=0", 200), ("/poll?after=9", 400),
            ("/stream?after=0", 200), ("/events?after=0", 200), ("/events?after=x", 400), ("/stats", 200),
            ("/healthz", 200), ("/metrics", 200), ("/feed/schedule", 200), ("/nothing", 404),
        ])
    func answers(target: String, status: Int) async throws {
        try await withPages { port in
            try await blocking {
                let allowed = try RawConnection(port: port).exchange(target, "Origin: \(Self.origin)")
                #expect(allowed.status == status)
                for field in Self.cors { #expect(allowed.head.contains("\r\n\(field)\r\n"), "\(allowed.head)") }
                let plain = try RawConnection(port: port).exchange(target)
                #expect(plain.status == status)
                #expect(!plain.head.contains("Origin") && !plain.head.contains("Access-Control"), "\(plain.head)")
                let foreign = try RawConnection(port: port).exchange(target, "Origin: https://b.example")
                #expect(Self.undated(foreign.head) == Self.undated(plain.head))
            }
        }
    }

    @Test(
        "a preflight is answered for allowed pages only",
        arguments: ["/poll", "/events", "/echo", "/publish", "/stats"])
    func preflight(path: String) async throws {
        try await withPages { port in
            try await blocking {
                let wire =
                    "OPTIONS \(path) HTTP/1.1\r\nHost: a\r\nAccess-Control-Request-Method: GET\r\n"
                    + "Access-Control-Request-Headers: last-event-id\r\nOrigin: "
                let connection = try RawConnection(port: port)
                try connection.send(wire + Self.origin + "\r\n\r\n")
                let answer = try connection.readResponse()
                #expect(answer.status == 204)
                #expect(answer["access-control-allow-origin"] == Self.origin)
                #expect(answer["access-control-allow-methods"] == "GET, HEAD, POST")
                #expect(
                    answer["access-control-allow-headers"]
                        == "Last-Event-ID, If-None-Match, Authorization, Content-Type")
                #expect(answer["content-length"] == nil)
                #expect(try connection.exchange("/healthz").status == 200, "the connection stays open")
                try connection.send(wire + "https://b.example\r\n\r\n")
                let refusal = try connection.readResponse()
                #expect(refusal.status == 403)
                #expect(refusal["access-control-allow-origin"] == nil)
            }
        }
    }

    @Test("pages of other origins may not open WebSockets or use the echo; programs and own pages may")
    func webSockets() async throws {
        try await withServer { server in
            let port = server.port
            try await blocking {
                for path in ["/ws?after=0", "/echo"] {
                    #expect(try Self.upgrade(port, path, "Origin: http://evil.example").status == 403)
                    #expect(try Self.upgrade(port, path, "Origin: null").status == 403)
                    #expect(try Self.upgrade(port, path, "Origin: http://a").status == 101)
                    #expect(try Self.upgrade(port, path, "X-Nothing: 1").status == 101)
                }
                #expect(try Self.post(port, "Origin: http://evil.example").status == 403)
                #expect(try Self.post(port, "Origin: http://a").status == 200)
                // Only text/plain without Origin, which the load generator sends, gets a response without the field.
                let fields = [
                    "Origin: http://a", "Origin: http://a\r\nContent-Type: text/plain", "Content-Type: text/html",
                    "X-Nothing: 1", "Content-Type: text/plain",
                ]
                let answers = try fields.map { try Self.post(port, $0)["x-content-type-options"] }
                #expect(answers == ["nosniff", "nosniff", "nosniff", "nosniff", nil])
            }
        }
    }

    @Test("an allowed page can read its echo")
    func echoes() async throws {
        try await withPages { port in
            try await blocking { () throws in
                #expect(try Self.upgrade(port, "/echo", "Origin: \(Self.origin)").status == 101)
                #expect(try Self.post(port, "Origin: \(Self.origin)")["access-control-allow-origin"] == Self.origin)
            }
        }
    }

    @Test("status pages and refusals forbid type guessing; responses of the transports are unchanged")
    func sniffing() async throws {
        try await withPages { port in
            try await blocking {
                for target in ["/stats", "/healthz", "/metrics", "/feed/schedule", "/nothing", "/poll?after=9"] {
                    let answer = try RawConnection(port: port).exchange(target)
                    #expect(answer["x-content-type-options"] == "nosniff", "\(target)")
                }
                for target in ["/poll?after=0", "/poll?after=2", "/long-poll?after=0", "/stream", "/events"] {
                    let answer = try RawConnection(port: port).exchange(target)
                    #expect(answer["x-content-type-options"] == nil, "\(target)")
                }
            }
        }
    }

    @Test("a host name of another server is answered 421 on every path")
    func hosts() async throws {
        try await withServer {
            $0.settings.hosts = try? HostPolicy(allowed: ["lab.example"])
        } running: { server in
            let port = server.port
            try await blocking {
                for path in ["/poll", "/stats", "/ws", "/echo", "/nothing"] {
                    let connection = try RawConnection(port: port)
                    try connection.send("GET \(path) HTTP/1.1\r\nHost: evil.example\r\n\r\n")
                    let answer = try connection.readResponse()
                    #expect(answer.status == 421)
                    #expect(answer.body.hasPrefix("the Host 'evil.example' is not a name of this server;"))
                }
                for host in ["127.0.0.1:\(port)", "localhost", "lab.example:1", "[::1]"] {
                    let connection = try RawConnection(port: port)
                    try connection.send("GET /healthz HTTP/1.1\r\nHost: \(host)\r\n\r\n")
                    #expect(try connection.readResponse().status == 200)
                }
            }
        }
    }

    private func withPages(_ body: (_ port: Int) async throws -> Void) async throws {
        try await withServer(items: 2) {
            $0.settings.origins = (try? OriginPolicy(allowed: [Self.origin])) ?? .sameOrigin
        } running: { server in
            try await body(server.port)
        }
    }

    private static func upgrade(_ port: Int, _ target: String, _ field: String) throws -> RawResponse {
        try RawConnection(port: port).exchange(
            target, "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", field)
    }

    private static func post(_ port: Int, _ field: String) throws -> RawResponse {
        let connection = try RawConnection(port: port)
        try connection.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\(field)\r\n\r\nhi")
        return try connection.readResponse()
    }

    private static func undated(_ head: String) -> [Substring] {
        head.split(separator: "\r\n").filter { !$0.hasPrefix("Date:") && !$0.hasPrefix("Content-Length:") }
    }
}

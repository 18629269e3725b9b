import HTTP
import Testing

@testable import Transports

@Suite("Origins whose pages may use the server")
struct OriginPolicyTests {
    @Test(
        "an origin is normalized to the form that browsers send",
        arguments: [
            ("https://shop.example", "https://shop.example"), ("https://shop.example/", "https://shop.example"),
            ("HTTPS://Shop.Example", "https://shop.example"), ("https://shop.example:443", "https://shop.example"),
            ("http://shop.example:80/", "http://shop.example"), ("http://shop.example:443", "http://shop.example:443"),
            ("http://shop.example:08080", "http://shop.example:8080"), ("http://[::1]:8080", "http://[::1]:8080"),
            ("http://127.0.0.1:3000", "http://127.0.0.1:3000"), ("null", "null"),
            ("chrome-extension://abcdef", "chrome-extension://abcdef"),
        ])
    func normalized(written: String, sent: String) throws {
        let policy = try OriginPolicy(allowed: [written])
        #expect(policy.relation(of: try head(origin: sent)) == .allowed(sent))
    }

    @Test(
        "text that is not an origin is refused",
        arguments: [
            "*", "", " ", "shop.example", "shop.example:443", "https://", "https:///", "https://shop.example/path",
            "https://user@shop.example", "https://shop.example:0", "https://shop.example:99999",
            "https://shop.example:x", "https://shop.example:", "https://*.example", "://shop.example",
            "https:shop.example",
            "https://bücher.example", "https://shop.example?x", "https://shop.example#x", "https://a b", "https://[::1",
            "1https://a",
        ])
    func refused(origin: String) {
        let fault = #expect(throws: OriginFault.self) { try OriginPolicy(allowed: [origin]) }
        #expect(fault?.description.contains("allowed scheme://host[:port]") == true)
    }

    @Test(
        "by default, requests without Origin and the server's own pages pass",
        arguments: [
            (nil, "lab.example:8080", .program), ("http://lab.example:8080", "lab.example:8080", .sameOrigin),
            ("https://lab.example:8080", "lab.example:8080", .sameOrigin),
            ("http://lab.example", "Lab.Example:80", .sameOrigin), ("https://lab.example", "lab.example", .sameOrigin),
            ("https://lab.example", "lab.example:80", .foreign),
            ("http://lab.example:8081", "lab.example:8080", .foreign),
            ("http://evil.example", "lab.example:8080", .foreign), ("null", "lab.example:8080", .foreign),
            ("", "lab.example:8080", .foreign), ("://lab.example:8080", "lab.example:8080", .sameOrigin),
        ] as [(String?, String, OriginPolicy.Relation)])
    func sameOrigin(origin: String?, host: String, relation: OriginPolicy.Relation) throws {
        let head = try head(origin: origin, host: host)
        #expect(OriginPolicy.sameOrigin.relation(of: head) == relation)
        if relation == .foreign {
            let fault = #expect(throws: RequestFault.self) { try OriginPolicy.sameOrigin.check(head) }
            #expect(fault?.status == .forbidden)
        } else {
            try OriginPolicy.sameOrigin.check(head)
        }
    }

    @Test(
        "pages of the server's page port may use a lane port under the same host name",
        arguments: [
            ("http://lab.example:8080", "lab.example:9001", true),
            ("http://Lab.example:8080", "lab.example:9001", true),
            ("https://lab.example:8080", "lab.example:9001", true), ("http://[::1]:8080", "[::1]:9001", true),
            ("http://lab.example:8081", "lab.example:9001", false), ("http://lab.example", "lab.example:9001", false),
            ("http://other.example:8080", "lab.example:9001", false), ("null", "lab.example:9001", false),
        ])
    func pagePort(origin: String, host: String, isAllowed: Bool) throws {
        var policy = OriginPolicy.sameOrigin
        let port = PagePort()
        policy.pagePort = port
        let head = try head(origin: origin, host: host)
        #expect(policy.relation(of: head) == .foreign, "the port is not known yet")
        port.listens(on: 8_080)
        #expect(policy.relation(of: head) == (isAllowed ? .allowed(origin) : .foreign))
    }

    @Test("Sec-WebSocket-Origin of the hybi drafts counts as Origin; two origins are refused")
    func fields() throws {
        let wire = request("GET /ws HTTP/1.1", "Host: a", "Sec-WebSocket-Origin: http://evil.example")
        #expect(OriginPolicy.sameOrigin.relation(of: try parseOne(wire)) == .foreign)
        #expect(throws: RequestFault.self) {
            try parseOne(request("GET /ws HTTP/1.1", "Host: a", "Origin: http://a", "Origin: http://b"))
        }
    }

    @Test(
        "a page of another origin cannot open a WebSocket",
        arguments: ["Origin: http://evil.example", "Origin: null", "Sec-WebSocket-Origin: http://evil.example"])
    func webSocket(field: String) throws {
        let head = try parseOne(
            request(
                "GET /ws HTTP/1.1", "Host: a", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", field))
        for make in [
            { try WebSocketPush.makeSubscriber(for: FeedRequest(head), settings: ServerSettings()) },
            { try EchoSubscriber(for: head, settings: ServerSettings()) },
        ] as [() throws -> any Subscriber] {
            let fault = #expect(throws: RequestFault.self) { try make() }
            #expect(fault?.status == .forbidden)
            #expect(fault?.sentence.contains("--allow-origin allows an origin") == true)
        }
    }

    @Test("only a response to an allowed page has CORS fields")
    func answerFields() throws {
        let policy = try OriginPolicy(allowed: ["https://a.example"])
        #expect(
            CrossOrigin.fields(for: try head(origin: "https://a.example"), policy) == [
                ResponseField("Vary", "Origin"), ResponseField("Access-Control-Allow-Origin", "https://a.example"),
                ResponseField("Access-Control-Expose-Headers", "Last-Sequence, Oldest-Sequence, ETag"),
            ])
        for origin in [nil, "https://b.example", "https://a.example:8443", "http://lab.example"] {
            #expect(CrossOrigin.fields(for: try head(origin: origin), policy) == [], "\(origin ?? "none")")
        }
    }

    @Test("a preflight is an OPTIONS request with Origin and Access-Control-Request-Method")
    func preflight() throws {
        func isPreflight(_ lines: String...) throws -> Bool {
            let wire = Array((lines + ["Host: a", "", ""]).joined(separator: "\r\n").utf8)
            return CrossOrigin.isPreflight(try parseOne(wire))
        }
        #expect(try isPreflight("OPTIONS /poll HTTP/1.1", "Origin: http://a", "Access-Control-Request-Method: GET"))
        #expect(try !isPreflight("OPTIONS /poll HTTP/1.1", "Access-Control-Request-Method: GET"))
        #expect(try !isPreflight("OPTIONS /poll HTTP/1.1", "Origin: http://a"))
        #expect(try !isPreflight("GET /poll HTTP/1.1", "Origin: http://a", "Access-Control-Request-Method: GET"))
    }

    private func head(origin: String?, host: String = "lab.example") throws -> RequestHead {
        let lines = ["GET /poll HTTP/1.1", "Host: \(host)"] + (origin.map { ["Origin: \($0)"] } ?? [])
        return try parseOne(Array((lines + ["", ""]).joined(separator: "\r\n").utf8))
    }
}

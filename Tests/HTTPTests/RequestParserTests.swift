import NIOCore
import Testing

@testable import HTTP

@Suite("Reading requests, RFC 9112")
struct RequestParserTests {
    @Test("a typical request is read at any split", arguments: [1, 2, 3, 7, .max])
    func usual(chunkBytes: Int) throws {
        let wire = request(
            "GET /poll?after=12&latest=1 HTTP/1.1", "Host: 127.0.0.1:8080", "User-Agent:curl/8.5",
            "accept: \t */*  ", "X-Empty:", "X-Text: caf\u{e9}")
        let head = try parseOne(wire, chunkBytes: chunkBytes)
        #expect(head.method == .get)
        #expect(head.text(head.path) == "/poll")
        #expect(head.pathEquals("/poll"))
        #expect(!head.pathEquals("/pol"))
        #expect(!head.pathEquals("/polls"))
        #expect(head.text(head.query) == "after=12&latest=1")
        #expect(head.keepsAlive)
        #expect(!head.isHTTP10)
        #expect(head.contentLength == 0)
        #expect(head.value(of: "user-agent") == "curl/8.5")
        #expect(head.value(of: "accept") == "*/*")
        #expect(head.value(of: "x-empty") == "")
        #expect(head.value(of: "x-text") == "caf\u{e9}")
        #expect(head.value(of: "cookie") == nil)
        #expect(head.bytes.readableBytes == wire.count)
    }

    @Test(
        "pipelined requests are separated, and an incomplete one stays unread", arguments: [1, 2, 3, 7, .max])
    func pipelined(chunkBytes: Int) throws {
        let wire = request("GET /a HTTP/1.1", "Host: a") + request("HEAD /b HTTP/1.1", "Host: a")
        let begun = Array("GET /c HTTP/1.1\r\nHost: a\r\n".utf8)
        let heads = try parse(wire + begun, chunkBytes: chunkBytes)
        #expect(heads.map { $0.text($0.path) } == ["/a", "/b"])
        #expect(heads.map(\.method) == [.get, .head])
    }

    @Test(
        "methods are case-sensitive",
        arguments: [
            ("GET", .get), ("HEAD", .head), ("POST", .post), ("OPTIONS", .options), ("get", .other), ("DELETE", .other),
            ("M-SEARCH", .other),
        ]
            as [(String, RequestHead.Method)])
    func methods(name: String, method: RequestHead.Method) throws {
        #expect(try parseOne(request("\(name) / HTTP/1.1", "Host: a")).method == method)
    }

    @Test(
        "an absolute target is accepted",
        arguments: ["http://a.example:80/poll?after=1", "https://[::1]/poll?after=1", "HTTP://A/poll?after=1"])
    func absoluteForm(target: String) throws {
        let head = try parseOne(request("GET \(target) HTTP/1.1", "Host: a"))
        #expect(head.text(head.path) == "/poll")
        #expect(head.text(head.query) == "after=1")
    }

    @Test("a URL without a path means /", arguments: ["http://a.example:80", "HTTPS://[::1]"])
    func omittedPath(target: String) throws {
        let head = try parseOne(request("GET \(target) HTTP/1.1", "Host: a"))
        #expect(head.text(head.path) == "/")
        #expect(head.pathEquals("/"))
        #expect(head.query.isEmpty)
    }

    @Test("OPTIONS accepts the asterisk form")
    func asterisk() throws {
        #expect(try parseOne(request("OPTIONS * HTTP/1.1", "Host: a")).pathEquals("*"))
    }

    @Test(
        "a chunked body and Expect: 100-continue are recognized",
        arguments: [
            ("HTTP/1.1", "Transfer-Encoding: chunked", true, false),
            ("HTTP/1.1", "transfer-encoding: CHUNKED", true, false),
            ("HTTP/1.1", "Expect: 100-Continue", false, true), ("HTTP/1.1", "Expect: 200-ok", false, false),
            ("HTTP/1.0", "Expect: 100-continue", false, false),
        ])
    func bodies(version: String, field: String, isChunked: Bool, expectsContinue: Bool) throws {
        let head = try parseOne(request("POST / \(version)", "Host: a", field))
        #expect(head.isChunked == isChunked)
        #expect(head.hasBody == isChunked)
        #expect(head.expectsContinue == expectsContinue)
    }

    @Test(
        "a refused HEAD is recognized, because its response has no body",
        arguments: [("HEAD /a#b", true), ("GET /a#b", false), ("HEAD /" + String(repeating: "a", count: 17_000), true)])
    func refusedHEAD(line: String, isHead: Bool) {
        var parser = RequestParser()
        var buffer = ByteBuffer(bytes: request("\(line) HTTP/1.1", "Host: a"))
        #expect(throws: RequestFault.self) { try parser.next(from: &buffer) }
        #expect(parser.hasRefusedHEAD == isHead)
    }

    @Test(
        "the connection persists unless the version or a header forbids it",
        arguments: [
            ("HTTP/1.1", "X: y", true), ("HTTP/1.1", "Connection: keep-alive", true),
            ("HTTP/1.1", "Connection: close", false), ("HTTP/1.1", "CONNECTION: Keep-Alive , CLOSE", false),
            ("HTTP/1.1", "Connection: closed", true), ("HTTP/1.0", "X: y", false),
            ("HTTP/1.0", "Connection: keep-alive", false),
        ])
    func persistence(version: String, field: String, keepsAlive: Bool) throws {
        #expect(try parseOne(request("GET / \(version)", "Host: a", field)).keepsAlive == keepsAlive)
    }

    @Test("HTTP/1.0 needs no Host")
    func http10() throws {
        #expect(try parseOne(request("GET / HTTP/1.0")).isHTTP10)
    }

    @Test(
        "Content-Length is read",
        arguments: [("0", 0), ("5", 5), ("007", 7), ("999999999999999", 999_999_999_999_999)])
    func contentLength(text: String, length: Int) throws {
        #expect(try parseOne(request("POST / HTTP/1.1", "Host: a", "Content-Length: \(text)")).contentLength == length)
    }

    @Test("empty lines before a request are ignored (§2.2)", arguments: [1, 2, 3, 7, .max], [0, 1, 2, 5])
    func emptyLines(chunkBytes: Int, lines: Int) throws {
        let empty = Array(String(repeating: "\r\n", count: lines).utf8)
        let head = try parseOne(empty + request("GET /a HTTP/1.1", "Host: a"), chunkBytes: chunkBytes)
        #expect(head.text(head.path) == "/a")
    }

    @Test("headers of 16 KiB are accepted, one byte more is not", arguments: [997, .max])
    func largestHead(chunkBytes: Int) throws {
        #expect(try parseOne(head(ofBytes: 16_384), chunkBytes: chunkBytes).fields.count == 2)
        #expect(throws: RequestFault.self) { try parse(head(ofBytes: 16_385), chunkBytes: chunkBytes) }
    }

    @Test("a target of 8 KiB is accepted")
    func largestTarget() throws {
        let target = "/" + String(repeating: "a", count: 8_191)
        #expect(try parseOne(request("GET \(target) HTTP/1.1", "Host: a")).path.count == 8_192)
    }

    private func head(ofBytes bytes: Int) -> [UInt8] {
        let bare = request("GET / HTTP/1.1", "Host: a", "X: ").count
        return request("GET / HTTP/1.1", "Host: a", "X: " + String(repeating: "x", count: bytes - bare))
    }
}

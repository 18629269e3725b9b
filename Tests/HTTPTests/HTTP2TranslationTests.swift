import HTTP
import NIOCore
import Testing

@Suite("HTTP/2 requests translated to HTTP/1.1, RFC 9113 §8.3.1")
struct HTTP2RequestTests {
    private static let get = [
        (":method", "GET"), (":scheme", "https"), (":path", "/poll?after=3"), (":authority", "a:1"),
    ]

    @Test(
        "a malformed request is refused, RFC 9113 §8.3",
        arguments: [
            get + [("X", "a")], get + [("", "a")], get + [("x y", "a")], get + [(":path", "/")],
            get + [(":status", "200")], get + [("x", "a"), (":protocol", "websocket")], get + [("te", "gzip")],
            get + [(":protocol", "websocket")], Array(get.dropFirst()), [get[0], get[2], get[3]],
            [get[0], get[1], (":path", ""), get[3]], Array(get.dropLast()),
        ])
    func malformed(fields: [(String, String)]) {
        #expect(throws: HTTP2RequestFault.self) { try HTTP2Request(fields: fields) }
    }

    @Test("te: trailers is allowed")
    func trailersAreAccepted() throws {
        let request = try HTTP2Request(fields: Self.get + [("te", "trailers")])
        #expect(String(buffer: request.head).contains("\r\nte: trailers\r\n"))
    }

    @Test("pseudo-header fields become the request line and Host; the others follow in order")
    func plain() throws {
        let request = try HTTP2Request(fields: Self.get + [("accept", "*/*"), ("host", "b"), ("x-y", "z")])
        #expect(
            String(buffer: request.head)
                == "GET /poll?after=3 HTTP/1.1\r\nHost: a:1\r\naccept: */*\r\nx-y: z\r\n\r\n")
        #expect(!request.opensWebSocket && !request.isHead)
    }

    @Test("an extended CONNECT becomes an upgrade, RFC 8441 §4")
    func webSocket() throws {
        let request = try HTTP2Request(fields: [
            (":method", "CONNECT"), (":protocol", "websocket"), (":scheme", "https"), (":path", "/ws"),
            (":authority", "a"), ("sec-websocket-version", "13"),
        ])
        #expect(request.opensWebSocket)
        let text = String(buffer: request.head)
        #expect(text.hasPrefix("GET /ws HTTP/1.1\r\nHost: a\r\nsec-websocket-version: 13\r\nUpgrade: websocket\r\n"))
        #expect(text.hasSuffix("\r\n\r\n"))
    }

    @Test(
        "fields with another meaning in HTTP/1.1 are refused",
        arguments: [
            [("x", "a\r\nContent-Length: 5")], [("x", "a\nb")], [("x", "a\0")], [("connection", "close")],
            [("transfer-encoding", "chunked")], [("upgrade", "websocket")],
        ])
    func smuggling(fields: [(String, String)]) {
        #expect(throws: HTTP2RequestFault.self) { try HTTP2Request(fields: Self.get + fields) }
    }

    @Test("a target with a space, a CONNECT to another host and a missing path are refused")
    func malformed() {
        let base = [(":method", "GET"), (":authority", "a")]
        #expect(throws: HTTP2RequestFault.self) { try HTTP2Request(fields: base + [(":path", "/a HTTP/1.1")]) }
        #expect(throws: HTTP2RequestFault.self) { try HTTP2Request(fields: base) }
        #expect(throws: HTTP2RequestFault.self) {
            try HTTP2Request(fields: [(":method", "CONNECT"), (":path", "/"), (":authority", "a:443")])
        }
    }
}

@Suite("HTTP/1.1 responses split into the parts that HTTP/2 sends")
struct HTTP2ResponseTests {
    /// A part in a form that tests can compare.
    private enum Part: Equatable {
        case head(status: String, fields: [ResponseField], endsStream: Bool)
        case content(String, endsStream: Bool)
    }

    private static func parts(_ text: String, chunkBytes: Int, answersHead: Bool = false) -> [Part] {
        var response = HTTP2Response(answersHead: answersHead)
        var heads = HTTP2Heads()
        var parts: [Part] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            response.written(ByteBuffer(bytes: rest.prefix(chunkBytes)))
            while let part = response.next(from: &heads) {
                switch part {
                case .head(let head, let endsStream):
                    parts.append(.head(status: head.status, fields: head.fields, endsStream: endsStream))
                case .content(let bytes, let endsStream):
                    parts.append(.content(String(buffer: bytes), endsStream: endsStream))
                }
            }
            rest = rest.dropFirst(chunkBytes)
        }
        return parts
    }

    /// The content of all parts, and whether the last one ends the stream.
    private static func content(_ parts: [Part]) -> (text: String, ends: Bool) {
        var text = ""
        var ends = false
        for part in parts {
            switch part {
            case .head(_, _, let endsStream): ends = endsStream
            case .content(let bytes, let endsStream):
                text += bytes
                ends = endsStream
            }
        }
        return (text, ends)
    }

    @Test("streams that send the same headers share them")
    func sharedHeads() {
        var heads = HTTP2Heads()
        func head(_ text: String) -> HTTP2Head? {
            var response = HTTP2Response()
            response.written(ByteBuffer(string: text))
            guard case .head(let head, _) = response.next(from: &heads) else { return nil }
            return head
        }
        let first = head("HTTP/1.1 200 OK\r\nX: 1\r\nContent-Length: 1\r\n\r\na")
        let other = head("HTTP/1.1 200 OK\r\nX: 2\r\nContent-Length: 1\r\n\r\na")
        #expect(first === head("HTTP/1.1 200 OK\r\nX: 1\r\nContent-Length: 1\r\n\r\nb"))
        #expect(first !== other && other?.fields.first == ResponseField("x", "2"))
    }

    @Test("a body with a length ends the stream with its last byte", arguments: [1, 7, 1_000])
    func counted(chunkBytes: Int) {
        let parts = Self.parts(
            "HTTP/1.1 200 OK\r\nDate: now\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello",
            chunkBytes: chunkBytes)
        let fields = [
            ResponseField("date", "now"), ResponseField("content-length", "5"),
        ]
        #expect(parts.first == .head(status: "200", fields: fields, endsStream: false))
        #expect(Self.content(parts) == ("hello", true))
    }

    @Test("chunk framing is removed, because frames delimit the content", arguments: [1, 7, 1_000])
    func chunked(chunkBytes: Int) {
        let parts = Self.parts(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
            chunkBytes: chunkBytes)
        #expect(parts.first == .head(status: "200", fields: [], endsStream: false))
        #expect(Self.content(parts) == ("abcde", true))
    }

    @Test("a response without content ends the stream with its headers")
    func empty() {
        #expect(Self.parts("HTTP/1.1 204 No Content\r\n\r\n", chunkBytes: 10).count == 1)
        #expect(Self.content(Self.parts("HTTP/1.1 204 No Content\r\n\r\n", chunkBytes: 10)) == ("", true))
        let answer = Self.parts("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", chunkBytes: 100, answersHead: true)
        #expect(Self.content(answer) == ("", true))
    }

    @Test("an interim response is followed by the final one", arguments: [1, 7, 1_000])
    func interim(chunkBytes: Int) {
        let parts = Self.parts(
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", chunkBytes: chunkBytes)
        #expect(parts.first == .head(status: "100", fields: [], endsStream: false))
        #expect(parts.count > 2 && Self.content(parts) == ("hi", true))
    }

    @Test("bytes after the end are dropped, at any split", arguments: [1, 7, 1_000])
    func afterTheEnd(chunkBytes: Int) {
        let text = "HTTP/1.1 400 Bad Request\r\nContent-Length: 3\r\n\r\nno\nHTTP/1.1 200 OK\r\n\r\n"
        let head = Self.parts(text, chunkBytes: chunkBytes, answersHead: true)
        #expect(head.count == 1 && Self.content(head) == ("", true))
        #expect(Self.content(Self.parts(text, chunkBytes: chunkBytes)) == ("no\n", true))
    }

    @Test("a switch to WebSocket is 200, and the bytes after it are passed on until the exchange ends")
    func webSocket() {
        let parts = Self.parts(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: x\r\nSec-WebSocket-Protocol: p\r\n\r\nframes", chunkBytes: 1_000)
        let fields = [ResponseField("sec-websocket-protocol", "p")]
        #expect(parts.first == .head(status: "200", fields: fields, endsStream: false))
        #expect(Self.content(parts) == ("frames", false))
    }
}

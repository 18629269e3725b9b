import FeedServer
import Glibc
import Measurement
import Testing
import Transports

@Suite("An HTTP/2 stream carries one request, whatever its client sends", .timeLimit(.minutes(1)))
struct HTTP2StreamTests {
    private typealias Client = HTTP2Client

    /// Runs the body on a new connection; afterwards the server must answer another client.
    private func onConnection(
        items: Int = 0, configure: (inout FeedServerConfiguration) -> Void = { _ in },
        running body: @escaping @Sendable (HTTP2Client) throws -> Void
    ) async throws {
        try await withServer(items: items, configure: configure) { server in
            let port = server.port
            try await blocking {
                try body(HTTP2Client(port: port))
                #expect(try RawConnection(port: port).exchange("/healthz").status == 200)
            }
        }
    }

    @Test(
        "a refused HEAD gets headers and no body, and the connection stays open",
        arguments: [
            ("*", [], "400"), ("/" + String(repeating: "a", count: 9_000), [], "414"),
            ("/healthz", [("content-length", "99999999999999999")], "400"), ("/stream", [], "405"),
        ] as [(String, [(String, String)], String)])
    func refusedHEAD(path: String, fields: [(String, String)], status: String) async throws {
        try await onConnection { client in
            let answer = try client.exchange("HEAD", path, fields, stream: 1)
            // An implementation may reset a request with an invalid length (RFC 9113 §8.1.1).
            #expect(answer.statuses == [status] || (answer.resetCode != nil && !fields.isEmpty))
            #expect(answer.body.isEmpty)
            #expect(try client.exchange("GET", "/healthz", stream: 3).text == "ready\n")
        }
    }

    @Test(
        "content after a GET on its stream is not a second request",
        arguments: ["/poll?after=0", "/healthz", "/poll?after=2", "/long-poll?hold=1ms"],
        ["\n\n", "GET /poll HTTP/1.1\r\nHost: a\r\n\r\n", "x"])
    func contentOfGET(path: String, content: String) async throws {
        try await onConnection(items: 2) { client in
            try client.send(
                Client.request("GET", path, stream: 1, endsStream: false),
                Client.data(Array(content.utf8), stream: 1, endsStream: false),
                Client.data(Array(content.utf8), stream: 1, endsStream: true))
            let answer = try client.answer(on: 1)
            #expect(
                answer.statuses == [path.hasSuffix("=0") || path == "/healthz" ? "200" : "204"]
                    || path.hasPrefix("/long"))
            #expect(answer.heads.count == 1 && answer.hasEnded)
            #expect(try client.exchange("GET", "/healthz", stream: 3).text == "ready\n")
        }
    }

    @Test("64 KiB after a GET are discarded, then the stream is reset; the connection stays open", arguments: [4, 5])
    func muchContentOfGET(frames: Int) async throws {
        try await onConnection { client in
            try client.send(Client.request("GET", "/long-poll?hold=1s", stream: 1, endsStream: false))
            // This fills the window of 65,535 B until the server updates it.
            for number in 0..<frames {
                let bytes = [UInt8](repeating: 0x0a, count: number == 3 ? 16_383 : 16_384)
                if number == 4 { usleepForWindow() }
                try client.send(Client.data(bytes, stream: 1, endsStream: false))
            }
            let answer = try client.answer(on: 1)
            #expect((answer.resetCode != nil) == (frames == 5))
            #expect(answer.statuses == (frames == 4 ? ["204"] : []))
            #expect(try client.exchange("GET", "/healthz", stream: 3).text == "ready\n")
        }
    }

    @Test("a body without a length is echoed completely", arguments: [0, 1, 5, 16_384, 70_000], [1, 3])
    func echoOfUnknownLength(bytes: Int, parts: Int) async throws {
        try await onConnection { client in
            let body = (0..<bytes).map { UInt8(truncatingIfNeeded: $0) }
            try client.send(Client.request("POST", "/echo", stream: 1, endsStream: false))
            for start in stride(from: 0, to: bytes, by: max(1, min(16_384, bytes / parts))) {
                let end = min(bytes, start + max(1, min(16_384, bytes / parts)))
                if start == 65_536 || (start > 0 && start % 49_152 == 0) { usleepForWindow() }
                try client.send(Client.data(Array(body[start..<end]), stream: 1, endsStream: false))
            }
            try client.send(Client.data([], stream: 1, endsStream: true))
            let answer = try client.answer(on: 1)
            #expect(answer.statuses == ["200"])
            #expect(answer.body.elementsEqual(body), "\(answer.body.count) B came back")
            #expect(answer.hasEnded && answer.resetCode == nil)
        }
    }

    @Test("trailers end a body", arguments: [true, false])
    func trailers(hasLength: Bool) async throws {
        try await onConnection { client in
            let length = hasLength ? [("content-length", "3")] : []
            try client.send(
                Client.request("POST", "/echo", length, stream: 1, endsStream: false),
                Client.data(Array("abc".utf8), stream: 1, endsStream: false),
                Client.fieldBlock([("x", "y")], stream: 1, endsStream: true))
            let answer = try client.answer(on: 1)
            #expect(answer.statuses == ["200"])
            #expect(answer.text == "abc")
            #expect(answer.hasEnded && answer.resetCode == nil)
        }
    }

    @Test(
        "trailers that do not end the stream, or have a pseudo-header field, reset it",
        arguments: [([("x", "y")], false), ([(":path", "/")], true)] as [([(String, String)], Bool)])
    func badTrailers(fields: [(String, String)], endsStream: Bool) async throws {
        try await onConnection { client in
            try client.send(
                Client.request("POST", "/echo", stream: 1, endsStream: false),
                Client.fieldBlock(fields, stream: 1, endsStream: endsStream))
            // Both are malformed (RFC 9113 §8.1); an implementation may end the connection.
            #expect(try client.answer(on: 1).resetCode != nil || client.goAwayCode != nil)
        }
    }

    @Test("a body that is longer or shorter than declared resets its stream", arguments: [2, 4])
    func wrongLength(bytes: Int) async throws {
        try await onConnection { client in
            try client.send(
                Client.request("POST", "/echo", [("content-length", "3")], stream: 1, endsStream: false),
                Client.data([UInt8](repeating: 0x61, count: bytes), stream: 1, endsStream: true))
            #expect(try client.answer(on: 1).resetCode == 1)
            #expect(try client.exchange("GET", "/healthz", stream: 3).text == "ready\n")
        }
    }

    @Test("Expect: 100-continue gets 100, then the response", arguments: ["/echo", "/publish"], [true, false])
    func expectContinue(path: String, hasLength: Bool) async throws {
        let token = "a-secret-of-this-test"
        try await onConnection {
            $0.publishToken = token
        } running: { client in
            let fields = [("expect", "100-continue"), ("authorization", "Bearer \(token)")]
            let length = hasLength ? [("content-length", "3")] : []
            try client.send(Client.request("POST", path, fields + length, stream: 1, endsStream: false))
            #expect(try client.head(on: 1)[":status"] == "100")
            try client.send(Client.data(Array("abc".utf8), stream: 1, endsStream: true))
            let answer = try client.answer(on: 1)
            #expect(answer.statuses == ["100", path == "/echo" ? "200" : "201"])
            #expect(answer.text == (path == "/echo" ? "abc" : "1\n"))
            #expect(answer.hasEnded && answer.resetCode == nil)
        }
    }

    @Test("a body above the limit is refused with 413, with and without a length", arguments: [true, false])
    func tooLong(hasLength: Bool) async throws {
        try await onConnection {
            $0.settings.echoLimit = 20_000
        } running: { client in
            let length = hasLength ? [("content-length", "20001")] : []
            try client.send(
                Client.request("POST", "/echo", length, stream: 1, endsStream: false),
                Client.data([UInt8](repeating: 0x61, count: 16_384), stream: 1, endsStream: false),
                Client.data([UInt8](repeating: 0x61, count: 3_617), stream: 1, endsStream: true))
            let answer = try client.answer(on: 1)
            #expect(answer.statuses == ["413"])
            #expect(answer.text == "the body is longer than the allowed 20000 B\n")
            #expect(try client.exchange("GET", "/healthz", stream: 3).text == "ready\n")
        }
    }

    @Test(
        "HEAD gets the headers of GET and no body",
        arguments: ["/healthz", "/poll?after=0", "/poll?after=2", "/long-poll?after=0", "/feed/schedule"])
    func head(path: String) async throws {
        try await onConnection(items: 2) { client in
            var wanted = try client.exchange("GET", path, stream: 1)
            let answer = try client.exchange("HEAD", path, stream: 3)
            wanted.heads[0]["date"] = answer.heads.first?["date"]
            #expect(answer.heads == wanted.heads)
            #expect(answer.body.isEmpty && answer.hasEnded)
        }
    }

    @Test("a stream whose request never ends is released after its response")
    func unendedRequest() async throws {
        try await onConnection { client in
            try client.send(Client.request("GET", "/healthz", stream: 1, endsStream: false))
            #expect(try client.answer(on: 1).text == "ready\n")
            // The server waits some seconds for the rest of the request.
            #expect(try client.exchange("GET", "/healthz", stream: 3).text == "ready\n")
        }
    }
}

/// Waits until the server has updated the window.
private func usleepForWindow() {
    usleep(50_000)
}

import Testing

@testable import Dissection

@Suite("Explaining handshakes")
struct HandshakeExplanationTests {
    /// RFC 6455 §1.2 and §1.3.
    private static let request = [
        "GET /chat HTTP/1.1", "Host: server.example.com", "Upgrade: websocket", "Connection: Upgrade",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Origin: http://example.com",
        "Sec-WebSocket-Protocol: chat, superchat", "Sec-WebSocket-Version: 13",
    ]
    private static let response = [
        "HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade",
        "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "Sec-WebSocket-Protocol: chat",
    ]

    private static func text(_ request: [String], _ response: [String], lineEnd: String = "\r\n") -> [UInt8] {
        Array(
            [request, response].filter { !$0.isEmpty }
                .map { $0.joined(separator: lineEnd) + lineEnd + lineEnd }.joined().utf8)
    }

    @Test("the example of RFC 6455: no mistake, and the accept key step by step", arguments: ["\r\n", "\n"])
    func example(lineEnd: String) throws {
        let bytes = Self.text(Self.request, Self.response, lineEnd: lineEnd)
        let explanation = try HandshakeExplanation.explain(bytes)
        #expect(explanation.faults == [])
        #expect(explanation.summary == "RFC 6455: request and response, no mistakes")
        let steps = try #require(explanation.parts.last)
        #expect(steps.parts.map(\.name) == ["key", "GUID", "joined", "SHA-1", "Base64", "Sec-WebSocket-Accept"])
        #expect(steps.parts[3].hex == "b3 7a 4f 2c c0 62 4f 16 90 f6 46 06 cf 38 59 45 b2 be c4 ea")
        #expect(steps.parts[4].value == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
        let key = try #require(explanation.parts.first?.parts.first { $0.name == "Sec-WebSocket-Key" })
        let (from, to) = (try #require(key.from), try #require(key.to))
        #expect(
            String(decoding: bytes[from..<to], as: UTF8.self) == "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\(lineEnd)"
        )
    }

    /// The line that is replaced or removed (`nil`), what replaces it, and the sentence.
    private static let brokenRequests: [(line: Int, new: String?, sentence: String)] = [
        (0, "POST /chat HTTP/1.1", "the method is 'POST'; a WebSocket is opened with GET"),
        (0, "GET /chat HTTP/1.0", "the version is 'HTTP/1.0'; a WebSocket needs HTTP/1.1"),
        (1, nil, "the field Host is missing"),
        (2, nil, "the field Upgrade is missing"),
        (2, "Upgrade: h2c", "Upgrade is 'h2c'; it must contain websocket"),
        (3, "Connection: keep-alive", "Connection is 'keep-alive'; it must contain Upgrade"),
        (3, nil, "the field Connection is missing"),
        (4, nil, "the field Sec-WebSocket-Key is missing"),
        (4, "Sec-WebSocket-Key: short", "Sec-WebSocket-Key is not Base64"),
        (4, "Sec-WebSocket-Key: AQID", "Sec-WebSocket-Key encodes 3 B; it must be 16 B"),
        (6, "Sec-WebSocket-Protocol: chat, chat", "a subprotocol is listed twice"),
        (6, "Sec-WebSocket-Protocol: a b", "a subprotocol is not a token (RFC 9110 §5.6.2)"),
        (6, "Sec-WebSocket-Extensions: ;", "Sec-WebSocket-Extensions does not follow the grammar of RFC 6455 §9.1"),
        (7, "Sec-WebSocket-Version: 12", "Sec-WebSocket-Version is '12'; RFC 6455 has 13"),
        (7, nil, "the field Sec-WebSocket-Version is missing"),
        (5, "no colon", "'no colon' is not a header line: NAME, a colon and a value"),
    ]

    @Test("broken requests, with the right sentence", arguments: brokenRequests.indices)
    func broken(index: Int) throws {
        let (line, new, sentence) = Self.brokenRequests[index]
        var lines = Self.request
        if let new { lines[line] = new } else { lines.remove(at: line) }
        #expect(try HandshakeExplanation.explain(Self.text(lines, [])).faults == [sentence])
    }

    private static let brokenResponses: [(line: Int, new: String?, sentence: String)] = [
        (0, "HTTP/1.1 200 OK", "the server answered 200 and did not open a WebSocket"),
        (1, nil, "the field Upgrade is missing"),
        (2, "Connection: close", "Connection is 'close'; it must contain Upgrade"),
        (3, nil, "the field Sec-WebSocket-Accept is missing"),
        (
            3, "Sec-WebSocket-Accept: AAAA",
            "Sec-WebSocket-Accept is 'AAAA'; for this key it must be s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
        ),
        (
            4, "Sec-WebSocket-Protocol: other",
            "the server chose the subprotocol 'other', which the client did not offer"
        ),
        (
            4, "Sec-WebSocket-Extensions: permessage-deflate",
            "the server chose the extension 'permessage-deflate', which the client did not offer"
        ),
    ]

    @Test("broken responses, with the right sentence", arguments: brokenResponses.indices)
    func brokenResponse(index: Int) throws {
        let (line, new, sentence) = Self.brokenResponses[index]
        var lines = Self.response
        if let new { lines[line] = new } else { lines.remove(at: line) }
        #expect(try HandshakeExplanation.explain(Self.text(Self.request, lines)).faults == [sentence])
    }

    @Test("the example of hixie-76: both numbers and the answer")
    func hixie76() throws {
        let request = [
            "GET /demo HTTP/1.1", "Host: example.com", "Connection: Upgrade",
            "Sec-WebSocket-Key2: 12998 5 Y3 1  .P00", "Sec-WebSocket-Protocol: sample", "Upgrade: WebSocket",
            "Sec-WebSocket-Key1: 4 @1  46546xW%0l 1 5", "Origin: http://example.com",
        ]
        let response = [
            "HTTP/1.1 101 WebSocket Protocol Handshake", "Upgrade: WebSocket", "Connection: Upgrade",
            "Sec-WebSocket-Origin: http://example.com", "Sec-WebSocket-Location: ws://example.com/demo",
            "Sec-WebSocket-Protocol: sample",
        ]
        let bytes =
            Self.text(request, []) + Array("^n:ds[4U".utf8) + Self.text([], response)
            + Array("8jKS'y:G*Co,Wxa-".utf8)
        let explanation = try HandshakeExplanation.explain(bytes)
        #expect(explanation.faults == [])
        #expect(explanation.summary == "hixie-76: request and response, no mistakes")
        let steps = try #require(explanation.parts.last)
        #expect(steps.parts[0].value == "4146546015 / 5 = 829309203")
        #expect(steps.parts[1].value == "1299853100 / 5 = 259970620")
        var wrong = bytes
        wrong[wrong.count - 1] = 0
        #expect(
            try HandshakeExplanation.explain(wrong).faults == ["the server did not answer the challenge of hixie-76"])
    }

    @Test("text that is not a handshake, in one sentence")
    func noHandshake() {
        let sentence =
            "the text is not a handshake: it begins neither with a request line such as GET /ws HTTP/1.1 nor with a "
            + "status line such as HTTP/1.1 101 Switching Protocols"
        #expect(throws: UnexplainableInput(sentence)) { try HandshakeExplanation.explain(Array("Dear all,\n".utf8)) }
        #expect(throws: UnexplainableInput("there are no bytes to explain")) { try HandshakeExplanation.explain([]) }
        #expect(throws: UnexplainableInput("the input has 65537 B; at most 65536 B are explained")) {
            try HandshakeExplanation.explain(Array(repeating: 0x41, count: 65_537))
        }
    }

    @Test("an exchange: every byte has its layer, also with the line ends of pasted text")
    func exchange() throws {
        let request = "GET /poll?after=5 HTTP/1.1\r\nHost: a\r\n\r\n"
        let response = "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n6,10,abcd\n7,11,abcd\n"
        let explanation = try ExchangeExplanation.explain(Array((request + response).utf8))
        let layers: [String: [String: Int64]] = [
            "up": ["http_head": 39], "down": ["http_head": 39, "payload": 18, "envelope": 2],
        ]
        #expect(explanation.layers == layers)
        #expect(explanation.faults == [])
        let pasted = try ExchangeExplanation.explain(Array((request + response).utf8).filter { $0 != 0x0d })
        #expect(pasted.layers == layers)
        #expect(pasted.parts.last?.name == "line ends")
        let cut = try ExchangeExplanation.explain(Array((request + response.dropLast(3)).utf8))
        #expect(cut.faults == ["the response is not complete: its body is shorter than declared"])
    }

    @Test("for a terminal, lines are broken at its width, with the same words")
    func columns() throws {
        let explanation = try HandshakeExplanation.explain(Self.text(Self.request, Self.response))
        let wide = ExplanationText.render(explanation, colours: false)
        let narrow = ExplanationText.render(explanation, colours: false, columns: 80)
        #expect(narrow.split(whereSeparator: \.isWhitespace) == wide.split(whereSeparator: \.isWhitespace))
        let long = narrow.split(separator: "\n").filter { $0.count > 80 }
        // A value without spaces stays whole.
        #expect(long.allSatisfy { $0.contains("258EAFA5-E914-47DA-95CA-C5AB0DC85B11") })
        #expect(!ExplanationText.render(explanation, colours: true, columns: 10).isEmpty)
    }

    @Test("text and colours have the same words")
    func text() throws {
        let explanation = try HandshakeExplanation.explain(Self.text(Self.request, Self.response))
        let plain = ExplanationText.render(explanation, colours: false)
        let coloured = ExplanationText.render(explanation, colours: true)
        #expect(coloured.replacing(/\u{1b}\[[0-9]+m/, with: "") == plain)
        #expect(
            plain.contains(
                "  Base64                  s3pPLMBiTxaQ9kYGzzhZRbK+xOo=  # what Sec-WebSocket-Accept must be"))
    }
}

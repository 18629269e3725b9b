import ArgumentParser
import ResultFiles
import Testing

@testable import pushlab

@Suite("What load advises after a server refused its clients")
struct LoadAdviceTests {
    private func advice(_ words: [String] = [], _ change: (inout SummaryRow) -> Void) throws -> String? {
        var row = SummaryRow()
        row.delivered = 5
        change(&row)
        return LoadAdvice(on: try DialectOptions.parse(words)).sentence(about: row)
    }

    @Test(
        "each kind of refusal has a next step",
        arguments: [
            ("the server answered 404: not found", "--path /PATH"),
            ("the WebSocket handshake failed: the server answered 404 and did not open a WebSocket", "--path /PATH"),
            ("the WebSocket handshake failed: the server answered 200 and did not open a WebSocket", "no WebSocket at"),
            ("the WebSocket handshake failed: the server answered 403 and did not open a WebSocket", "--bearer-file"),
            ("the server answered 401: ", "--cookie TEXT"),
            ("no client received a response", "answers nothing at this path"),
            ("no client completed the handshake", "answers nothing at this path"),
            ("the server answered 503: busy", "fewer --clients"),
            ("the server chose no subprotocol; the client offered one and requires it", "--subprotocol none"),
            ("the server sent a message that is not an item; an item is", "--unknown-items"),
            ("the response ends inside an item; each item ends in LF", "--items body"),
        ])
    func refusals(fault: String, step: String) throws {
        let sentence = try #require(try advice { $0.invalidReason = "100 errors, the first: \(fault)" })
        #expect(sentence.contains(step), "\(sentence)")
    }

    @Test("a row that is invalid for another reason, or valid with items, needs none")
    func none() throws {
        #expect(try advice { $0.invalidReason = "the load generator was the bottleneck" } == nil)
        #expect(try advice { _ in } == nil)
    }

    @Test("a transport that only third-party servers have needs no other path of PushLab's server")
    func transportOfOthers() throws {
        let reason = "18 errors, the first: the server answered 404 and did not open a WebSocket"
        #expect(
            try advice { ($0.invalidReason, $0.transport, $0.serverVersion) = (reason, "engine-io", "0.1.0") }
                == "pushlab-server does not have the transport engine-io; it has short-poll, long-poll, http-stream, "
                + "sse, websocket, raw-tcp")
        #expect(
            try advice { ($0.invalidReason, $0.transport) = (reason, "engine-io") }?.contains("--path /PATH") == true)
    }

    @Test("silence of a server that does not report its feed may be a wrong path")
    func silence() throws {
        #expect(
            try advice { $0.delivered = 0 } == "no client received an item; if the feed was not silent, check --path")
        #expect(
            try advice(["--path", "/x"]) { $0.delivered = 0 }
                == "no client received an item; if the feed was not silent, check --path, --query, --header and "
                + "--subprotocol")
        #expect(try advice { ($0.delivered, $0.published) = (0, 0) } == nil)
    }
}

import Foundation
import Glibc
import ResultFiles
import Testing

@Suite("pushlab load with transport options")
struct LoadOptionTests {
    @Test("WebSocket with a subprotocol and compression")
    func webSocket() throws {
        let row = try load("websocket", ["subprotocol=binary", "deflate=context-takeover"])
        #expect(row.valid == true, "\(row.invalidReason ?? "")")
        #expect(row.variant == "subprotocol-binary-deflate-context-takeover")
        #expect(row.compression == "permessage-deflate")
        #expect(row.httpVersion == "1.1")
        #expect(try #require(row.unique) > 0)
        #expect(row.missed == 0)
    }

    @Test("HTTP/2 with all clients on one connection")
    func sharedHTTP2() throws {
        let row = try load("sse", ["http=2-shared"])
        #expect(row.valid == true, "\(row.invalidReason ?? "")")
        #expect(row.variant == "http-2-shared")
        #expect(row.compression == nil)
        #expect(row.httpVersion == "2")
        #expect(row.connects == 1)
        #expect(try #require(row.unique) > 0)
        #expect(row.missed == 0)
    }

    @Test("requests go through --proxy, whatever the environment says")
    func proxy() throws {
        let server = try MeasuredServer()
        defer { server.stop() }
        let scratch = try Scratch()
        // Nothing listens on port 1.
        let ending = try Tool.shell(
            "NO_PROXY=127.0.0.1 exec \"$@\"", Tool.path("pushlab"), "load", "--url", "http://127.0.0.1:\(server.port)",
            "--proxy", "http://127.0.0.1:1", "--transport", "short-poll", "--clients", "1", "--duration", "1s",
            "--warmup", "0s", "--out", scratch.path("out"), "--quiet")
        #expect(ending.code == 1)
        #expect(ending.complaint.contains("the connection was refused"), "\(ending.complaint)")
    }

    private func load(_ transport: String, _ options: [String]) throws -> SummaryRow {
        let scratch = try Scratch()
        let server = try Tool.start("pushlab-server", "--rate", "50/s")
        defer {
            server.signal(SIGTERM)
            _ = server.wait()
        }
        let line = try JSONSerialization.jsonObject(with: Data(server.firstLine.utf8)) as? [String: Any]
        let url = "http://127.0.0.1:\(try #require(line?["port"] as? Int))"
        let arguments = [
            "load", "--url", url, "--transport", transport, "--clients", "5", "--duration", "1s", "--warmup", "0s",
            "--out", scratch.path("out"), "--quiet",
        ]
        let endings = try Tool.undisturbed(scratch.path("out")) {
            [
                try Tool.Running(
                    Tool.path("pushlab"), arguments + options.flatMap { ["--option", $0] }, folder: nil
                ).wait()
            ]
        }
        #expect(endings[0].code == 0, "\(endings[0].complaint)")
        let text = scratch.read("out/summary.csv") ?? ""
        let rows = try SummaryRow.table.rows(from: text, file: "summary.csv")
        #expect(rows.count == 1)
        return try #require(rows.first)
    }
}

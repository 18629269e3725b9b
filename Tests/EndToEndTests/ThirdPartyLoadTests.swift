import Foundation
import Glibc
import ResultFiles
import Testing

@Suite("pushlab load with a server whose items have another format", .timeLimit(.minutes(2)))
struct ThirdPartyLoadTests {
    /// An SSE server: at `/prices`, every 20 ms the same item to all clients, with a sequence and the time in µs.
    private static let server = """
        import http.server, time
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def do_GET(self):
                if self.path.split("?")[0] != "/prices" or self.headers["X-Room"] != "a": return self.send_error(404)
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.send_header("Connection", "close")
                self.end_headers()
                tick = int(time.monotonic() * 50)
                try:
                    while True:
                        tick += 1
                        time.sleep(max(0, tick / 50 - time.monotonic()))
                        self.wfile.write(b'data: {"seq":%d,"sent":%d}\\n\\n' % (tick, time.time_ns() // 1000))
                except OSError: pass
            def log_message(self, *_): pass
        class Server(http.server.ThreadingHTTPServer):
            request_queue_size, daemon_threads = 64, True
        server = Server(("127.0.0.1", 0), Handler)
        print(server.server_port, flush=True)
        server.serve_forever()
        """

    private static let request = ["--transport", "sse", "--path", "/prices?x=1", "--header", "X-Room: a"]

    @Test("with sequence and time: all items of each client from its first one on, and delays")
    func numbered() throws {
        let (ending, row) = try load(
            Self.request + ["--sequence", "/seq", "--sent-at", #""sent":(\d+)"#, "--sent-unit", "us"])
        #expect(ending.code == 0, "\(ending.complaint)")
        let found = try #require(row)
        #expect(found.valid == true, "\(found.invalidReason ?? "")")
        #expect(try #require(found.expected) >= 5 * 40)
        #expect((found.missed, found.duplicate, found.reordered) == (0, 0, 0))
        #expect(found.published == nil && found.serverRSSPeakBytes == nil)
        #expect(found.conserved == true)
        let (delay, gap) = (try #require(found.latencyP50Microseconds), try #require(found.itemGapP50Microseconds))
        #expect(delay >= 0 && delay < 10_000)
        #expect(gap > 15_000 && gap < 25_000)
        #expect(try #require(found.firstItemP50Microseconds) < 200_000)
        #expect(ending.output.contains("Unknown: CPU time and memory") == false)
    }

    @Test("without sequence and time: arrivals, gaps and bytes, and the output says what is unknown")
    func unknown() throws {
        let (ending, row) = try load(Self.request + ["--unknown-items"])
        #expect(ending.code == 0, "\(ending.complaint)")
        let found = try #require(row)
        #expect(found.valid == true, "\(found.invalidReason ?? "")")
        #expect(try #require(found.delivered) >= 5 * 40)
        #expect(found.expected == nil && found.unique == nil && found.missed == nil && found.gaps == nil)
        #expect(found.latencyP50Microseconds == nil && found.stalenessMeanMicroseconds == nil)
        #expect(try #require(found.itemGapP99Microseconds) > 15_000)
        let words = ending.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(words.contains("Unknown: whether items were lost, repeated or out of order, because items have no"))
        #expect(words.contains("delays, because neither items nor server say when an item was due"))
        #expect(ending.output.split(separator: "\n").allSatisfy { $0.count <= 80 || $0.hasPrefix("Files: ") })
    }

    @Test("a wrong path and items of another format end in a sentence with the next step")
    func refused() throws {
        let (wrongPath, _) = try load(["--transport", "sse", "--path", "/price", "--unknown-items"])
        #expect(wrongPath.code == 1)
        #expect(wrongPath.complaint.contains("the server answered 404"))
        #expect(
            wrongPath.complaint.hasSuffix(
                "the server has nothing at this path; give the path of its feed: --path /PATH\n"))
        let (wrongItems, _) = try load(Self.request)
        #expect(wrongItems.code == 1)
        #expect(wrongItems.complaint.contains("is not an item"), "\(wrongItems.complaint)")
        #expect(wrongItems.complaint.hasSuffix("otherwise --unknown-items\n"), "\(wrongItems.complaint)")
    }

    private func load(_ options: [String]) throws -> (ending: Tool.Ending, row: SummaryRow?) {
        let scratch = try Scratch()
        let server = try Tool.Running(
            "/usr/bin/env", ["python3", try scratch.write("server.py", Self.server)], folder: nil)
        defer {
            // Child processes of a test inherit a signal mask that blocks SIGTERM.
            server.signal(SIGKILL)
            _ = server.wait()
        }
        let arguments = [
            "load", "--url", "http://127.0.0.1:\(server.firstLine)", "--clients", "5", "--duration", "1s", "--warmup",
            "200ms", "--out", scratch.path("out"),
        ]
        let ending = try Tool.undisturbed(scratch.path("out")) {
            [try Tool.Running(Tool.path("pushlab"), arguments + options, folder: nil).wait()]
        }[0]
        let rows = try SummaryRow.table.rows(from: scratch.read("out/summary.csv") ?? "", file: "summary.csv")
        return (ending, rows.first)
    }
}

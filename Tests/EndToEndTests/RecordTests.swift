import Foundation
import Glibc
import Testing

@Suite("pushlab record with a third-party server", .timeLimit(.minutes(1)))
struct RecordTests {
    @Test("items that are not UTF-8 or too large are skipped, reported and counted")
    func refusedItems() throws {
        let scratch = try Scratch()
        let ending = try record(
            in: scratch, items: #"[b"1,a,caf\xe9", b"2,b,caf\xc3\xa9", b"3,c," + b"x" * 1048577, b"4,d,end"]"#)
        #expect(ending.code == 0, "\(ending.complaint)")
        #expect(ending.output.hasPrefix("2 items in "))
        #expect(ending.output.hasSuffix("; refused_items 2\n"))
        #expect(
            ending.complaint == """
                item 1: the line is not UTF-8 (byte 4); an item is UTF-8 text; the item is skipped
                item 3: the line has 1048577 B; allowed up to 1048576 B; the item is skipped

                """)
        #expect(scratch.read("feed") == "café\nend\n")
        #expect(scratch.read("feed.due") == "2\n4\n")
    }

    @Test("a server that sends old items or invalid lines is a failure; earlier items are kept")
    func failsLater() throws {
        for (items, reason) in [
            (#"[b"2,b,x", b"1,c,x"]"#, "the server sent item 1 when asked for items after 2"),
            (#"[b"2,b,x", b"nonsense"]"#, "the server sent a line that is not an item; an item is SEQUENCE,DUE,DATA"),
        ] {
            let scratch = try Scratch()
            let ending = try record(in: scratch, items: items)
            #expect(ending.code == 1)
            #expect(ending.output.hasPrefix("1 items in "))
            #expect(ending.complaint == "the recording ended early: \(reason)\n")
            #expect(scratch.read("feed") == "x\n")
            #expect(scratch.read("feed.due") == "0\n")
        }
    }

    @Test("a server that stops responding is a failure")
    func silent() throws {
        let scratch = try Scratch()
        let ending = try record(in: scratch, items: #"[b"1,a,x"]"#, then: "os._exit(0)")
        #expect(ending.code == 1)
        #expect(ending.complaint.hasPrefix("the recording ended early: "), "\(ending.complaint)")
        #expect(scratch.read("feed") == "x\n")
    }

    @Test("without a valid item there is no file")
    func nothing() throws {
        let scratch = try Scratch()
        let ending = try record(in: scratch, items: #"[b"hello"]"#)
        #expect(ending.code == 1)
        #expect(ending.complaint == "the server sent a line that is not an item; an item is SEQUENCE,DUE,DATA\n")
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.folder.path).sorted() == ["server.py"])
    }

    @Test("a response that is too large is not stored")
    func endless() throws {
        let scratch = try Scratch()
        let ending = try record(in: scratch, items: #"[b"1,a," + b"x" * 17000000]"#)
        #expect(ending.code == 1)
        #expect(ending.complaint.hasSuffix(" answered more than 16777216 B; a PushLab server answers less\n"))
    }

    // The server sends the items, one per line, then nothing more; or it runs the Python statement `after`.
    private func record(
        in scratch: borrowing Scratch, items: String, then after: String = "pass"
    ) throws -> Tool.Ending {
        let server = try scratch.write(
            "server.py",
            """
            import http.server, json, os
            items = \(items)
            status = dict.fromkeys("epoch_ns now_ns oldest newest threads connections connections_total".split()
                + "requests refused_requests refused_connections deliveries slow_disconnects skipped_items".split()
                + "cpu_user_us cpu_system_us rss_peak_bytes voluntary_switches involuntary_switches".split(), 0)
            status.update(feed="other", feed_ended=False)
            class Handler(http.server.BaseHTTPRequestHandler):
                def do_GET(self):
                    if self.path == "/stats": body = json.dumps(status).encode()
                    elif "after=0&" in self.path: body = b"".join(item + b"\\n" for item in items)
                    else:
                        body = b""
                        \(after)
                    self.send_response(200 if body else 204)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                def log_message(self, *_): pass
            server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
            print(server.server_port, flush=True)
            server.serve_forever()
            """)
        let running = try Tool.Running("/usr/bin/env", ["python3", server], folder: nil)
        defer {
            // Child processes of a test inherit a signal mask that blocks SIGTERM.
            running.signal(SIGKILL)
            _ = running.wait()
        }
        let url = "http://127.0.0.1:\(running.firstLine)"
        return try Tool.pushlab("record", "--url", url, "--out", scratch.path("feed"), "--duration", "1s")
    }
}

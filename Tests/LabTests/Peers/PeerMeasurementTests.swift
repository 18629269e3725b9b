import Foundation
import LoadGenerator
import Measurement
import ResultFiles
import Scenario
import Testing
import Transports

@testable import Lab

/// Clients in this process.
private struct LocalLoad: LoadExecutor, ReadyLoad {
    func whileReady<Value: Sendable>(
        _ body: @escaping @Sendable (any ReadyLoad) async throws -> Value
    ) async throws -> Value {
        LoadWorker.prepare()
        return try await body(self)
    }

    func run(_ plan: LoadPlan) async throws -> LoadRecord {
        try await LoadWorker.run(plan, asking: ServerProbe(plan.feedStatus ?? plan.target))
    }
}

@Suite("Third-party servers that are measured")
struct PeerMeasurementTests {
    @Test("all items reach all clients, all bytes are counted, and the cost is that of the server")
    func healthy() async throws {
        let row = try await measure("good")
        #expect(row.invalidReason == nil || row.bytesValid == true, "\(row.invalidReason ?? "")")
        #expect((row.missed, row.duplicate, row.reordered) == (0, 0, 0))
        #expect(try #require(row.expected) > 80)
        #expect(row.conserved == true)
        #expect(row.serverKernelTCPBytesDown == nil)
        #expect(try #require(row.serverCPUMicrosecondsPerItem) > 0)
        #expect(try #require(row.serverRSSPeakBytes) > 4 << 20)
        #expect(row.serverVoluntarySwitches == nil)
        #expect(row.latencyP50Microseconds != nil)
    }

    @Test("a server that sends half an item")
    func half() async throws {
        let reason = try await measure("half").invalidReason ?? ""
        #expect(reason.hasPrefix("half: 4 clients received only part of their first item"), "\(reason)")
    }

    @Test("a server that sends lines that are not items")
    func wrong() async throws {
        let reason = try await measure("wrong").invalidReason ?? ""
        #expect(reason.hasPrefix("wrong: "), "\(reason)")
        #expect(reason.contains(" errors, the first: "), "\(reason)")
    }

    @Test("a server that closes every second connection")
    func second() async throws {
        let reason = try await measure("second").invalidReason ?? ""
        #expect(reason.hasPrefix("second: "), "\(reason)")
        #expect(reason.contains(" errors, the first: "), "\(reason)")
    }

    /// The row of a case with a server that behaves as its name says.
    private func measure(_ name: String) async throws -> SummaryRow {
        let peer = try TestPeer(["peer.py": Self.peer, "feeder.py": Self.feeder])
        let program = peer.program(name, start: ["python3", "-u", "{folder}/peer.py", "{port}", name])
        var subject = MeasuredCase.fake(transport: "http-stream", clients: 4)
        subject.timing = CaseTiming(warmup: .milliseconds(200), duration: .milliseconds(600), clients: 4)
        let measurement = CaseMeasurement(
            subject: subject,
            server: peer.server(program, feeder: ["python3", "-u", peer.path("feeder.py")]), load: LocalLoad())
        let outcome = try await measurement.run()
        #expect(outcome.peer == PeerIdentity(name: name, version: "1.2.3"))
        #expect(peer.remains == [])
        return RowMaker(identity: .fake, outcome: outcome).summary
    }

    /// Sends each line of its input as a chunk of a stream that does not end.
    private static let peer = #"""
        import os, socket, sys, threading

        mode = sys.argv[2]
        lines, news = [], threading.Condition()
        listener = socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=128)

        def send(connection, piece):
            connection.sendall(b"%x\r\n%s\r\n" % (len(piece), piece))

        def serve(connection, number):
            request = b""
            while b"\r\n\r\n" not in request:
                request += connection.recv(4096) or b"\r\n\r\n"
            connection.sendall(
                b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n")
            sent = 0
            while True:
                with news:
                    while len(lines) == sent:
                        news.wait()
                    line = lines[sent]
                sent += 1
                if mode == "half":
                    send(connection, line[:len(line) // 2])
                    threading.Event().wait()
                if mode == "wrong":
                    line = b"no item\n"
                send(connection, line)
                if mode == "second" and number % 2 == 1:
                    return connection.close()

        def handle(connection, number):
            try:
                serve(connection, number)
            except OSError:
                pass

        def accept():
            number = 0
            while True:
                connection, _ = listener.accept()
                threading.Thread(target=handle, args=(connection, number), daemon=True).start()
                number += 1

        threading.Thread(target=accept, daemon=True).start()
        for line in sys.stdin.buffer:
            with news:
                lines.append(line)
                news.notify_all()
        os._exit(0)
        """#

    /// Publishes 50 items per second and reports them as `pushlab feed` does.
    private static let feeder = #"""
        import http.server, json, os, resource, sys, threading, time

        PERIOD = 20_000_000
        epoch = time.monotonic_ns() + 800_000_000
        published = []
        boot = open("/proc/sys/kernel/random/boot_id").read().strip()

        def base36(number):
            digits = ""
            while True:
                digits = "0123456789abcdefghijklmnopqrstuvwxyz"[number % 36] + digits
                number //= 36
                if number == 0:
                    return digits

        class Status(http.server.BaseHTTPRequestHandler):
            def log_message(self, *words):
                pass

            def stats(self):
                zero = ["connections", "connections_total", "requests", "refused_requests", "refused_connections",
                        "deliveries", "slow_disconnects", "skipped_items", "voluntary_switches",
                        "involuntary_switches"]
                usage = resource.getrusage(resource.RUSAGE_SELF)
                return dict.fromkeys(zero, 0) | {
                    "clock": boot, "epoch_ns": epoch, "now_ns": time.monotonic_ns(), "feed": "synthetic",
                    "feed_ended": False, "next_due_ns": epoch + (len(published) + 1) * PERIOD, "pid": os.getpid(),
                    "oldest": 1, "newest": len(published), "threads": 1,
                    "cpu_user_us": int(usage.ru_utime * 1e6), "cpu_system_us": int(usage.ru_stime * 1e6),
                    "rss_peak_bytes": 1 << 20}

            def schedule(self):
                query = dict(part.split("=") for part in self.path.split("?")[1].split("&"))
                items = [{"sequence": number, "due_ns": epoch + number * PERIOD, "published_ns": instant}
                         for number, instant in enumerate(list(published), 1)
                         if int(query["from"]) <= number <= int(query["to"])]
                return {"epoch_ns": epoch, "newest": len(published), "items": items}

            def do_GET(self):
                answer = self.schedule() if self.path.startswith("/feed") else self.stats()
                body = json.dumps(answer).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Status)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = {"event": "listening", "host": "127.0.0.1", "port": server.server_port, "pid": os.getpid()}
        print(json.dumps(address, separators=(",", ":")), file=sys.stderr, flush=True)
        while True:
            sequence = len(published) + 1
            time.sleep(max(0, (epoch + sequence * PERIOD - time.monotonic_ns()) / 1e9))
            os.write(1, b"%s,%s,data\n" % (base36(sequence).encode(), base36(sequence * PERIOD // 1000).encode()))
            published.append(time.monotonic_ns())
        """#
}

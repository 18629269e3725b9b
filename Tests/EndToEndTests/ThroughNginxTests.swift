import Foundation
import Glibc
import ResultFiles
import Testing

/// These tests need nginx, which Tests/run.sh installs.
@Suite("pushlab run through nginx")
struct ThroughNginxTests {
    @Test("byte totals match the kernel's count, and buffered items arrive when the feed ends")
    func wholeRun() throws {
        let scratch = try Scratch()
        let uses = [
            "short-poll, through: nginx, interval: 250ms", "long-poll, through: nginx", "http-stream, through: nginx",
            "sse, through: nginx", "websocket, through: nginx", "sse, through: nginx-http1.0",
            "http-stream, through: nginx-http1.0, accel-buffering: \"no\"",
        ]
        let scenario = try scratch.write("nginx.yaml", SmallScenario.text(transports: uses))
        let ending = try Tool.pushlab("run", scenario, "--out", scratch.path("out"))
        #expect(ending.code == 0, "\(ending.complaint)")
        let rows = try SummaryRow.table.rows(from: scratch.read("out/summary.csv") ?? "", file: "summary.csv")
        #expect(rows.count == uses.count)
        for row in rows {
            #expect(row.valid == true, "\(row.caseID): \(row.invalidReason ?? "")")
            #expect(row.variant.contains("through-nginx"))
            #expect(row.unique == 95)
            #expect(row.missed == 0 && row.duplicate == 0 && row.reordered == 0)
            #expect(row.conserved == true)
            #expect(row.serverKernelTCPBytesDown == nil, "the server's connections are from nginx")
        }
        #expect(scratch.read("out/manifest.json")?.contains("\"nginx\"") == true, "the version of nginx")
        // 19 items of 64 B do not fill nginx's buffer. It sends them when the stream ends, 1 s after the feed.
        let held = try #require(rows.first { $0.transport == "sse" && $0.variant.hasSuffix("http1.0") })
        #expect(try #require(held.latencyMinMicroseconds) > 900_000)
        let passed = try #require(rows.first { $0.variant.contains("accel-buffering-no") })
        #expect(try #require(passed.latencyP50Microseconds) < 500_000)
    }

    @Test(
        "without nginx: one sentence with the package to install, before anything starts",
        arguments: ["run", "validate"])
    func notInstalled(command: String) throws {
        let scratch = try Scratch()
        let scenario = try scratch.write("nginx.yaml", SmallScenario.text(transports: ["sse, through: nginx"]))
        // A mount namespace without /usr/sbin, where Debian installs nginx.
        let hidden = try Tool.shell(
            "unshare -rm bash -c 'mount -t tmpfs none /usr/sbin && PATH=/usr/bin:/bin exec \"$@\"' bash \"$@\"",
            Tool.path("pushlab"), command, scenario)
        guard !hidden.complaint.contains("unshare") else {
            print("NOT RUN: this test needs permission to create a mount namespace")
            return
        }
        #expect(hidden.code == 2)
        #expect(
            hidden.complaint
                == "the scenario goes through nginx, which is not installed; install the Debian package nginx\n")
    }

    @Test("Ctrl-C and SIGKILL of pushlab also end nginx", arguments: [SIGINT, SIGKILL])
    func interrupted(signal: Int32) throws {
        let scratch = try Scratch()
        let scenario = try scratch.write(
            "nginx.yaml", SmallScenario.text(transports: ["sse, through: nginx"], duration: "60s"))
        let run = try Tool.start("pushlab", "run", scenario, "--out", scratch.path("out"), "--quiet")
        let shell = try #require(Self.wait { Tool.children(of: run.process.processIdentifier, named: "sh").first })
        let nginx = try #require(Self.wait { Tool.children(of: shell, named: "nginx").first })
        run.signal(signal)
        _ = run.wait()
        #expect(Self.wait { kill(nginx, 0) == 0 ? nil : true } == true, "nginx \(nginx) is still running")
    }

    /// Calls `look` every 20 ms for up to 10 s, until it returns a value.
    private static func wait<Value>(_ look: () -> Value?) -> Value? {
        for _ in 0..<500 {
            if let value = look() { return value }
            usleep(20_000)
        }
        return nil
    }
}

import Foundation
import Glibc
import ResultFiles
import Testing

/// They need nginx, which Tests/run.sh installs.
@Suite("pushlab run through nginx")
struct ThroughNginxTests {
    @Test("every transport's books balance, and what nginx holds comes when the feed ends")
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
            #expect(row.serverKernelTCPBytesDown == nil, "the server's connections are nginx's")
        }
        #expect(scratch.read("out/manifest.json")?.contains("\"nginx\"") == true, "its version")
        // 19 items of 64 B are less than a buffer: they wait for the end, a second after the feed's.
        let held = try #require(rows.first { $0.transport == "sse" && $0.variant.hasSuffix("http1.0") })
        #expect(try #require(held.latencyMinMicroseconds) > 900_000)
        let passed = try #require(rows.first { $0.variant.contains("accel-buffering-no") })
        #expect(try #require(passed.latencyP50Microseconds) < 500_000)
    }

    @Test(
        "without nginx one sentence says what to install, before anything is started", arguments: ["run", "validate"])
    func notInstalled(command: String) throws {
        let scratch = try Scratch()
        let scenario = try scratch.write("nginx.yaml", SmallScenario.text(transports: ["sse, through: nginx"]))
        // A new mount namespace in which the folders of programs that Debian has nginx in are empty.
        let hidden = try Tool.shell(
            "unshare -rm bash -c 'mount -t tmpfs none /usr/sbin && PATH=/usr/bin:/bin exec \"$@\"' bash \"$@\"",
            Tool.path("pushlab"), command, scenario)
        guard !hidden.complaint.contains("unshare") else {
            print("NOT RUN: this machine lets nobody make a mount namespace")
            return
        }
        #expect(hidden.code == 2)
        #expect(
            hidden.complaint
                == "the scenario goes through nginx, which is not installed; install the Debian package nginx\n")
    }

    @Test("Ctrl-C, and the lab's death, end nginx too", arguments: [SIGINT, SIGKILL])
    func interrupted(signal: Int32) throws {
        let scratch = try Scratch()
        let scenario = try scratch.write(
            "nginx.yaml", SmallScenario.text(transports: ["sse, through: nginx"], duration: "60s"))
        let run = try Tool.start("pushlab", "run", scenario, "--out", scratch.path("out"), "--quiet")
        let shell = try #require(Self.wait { Tool.children(of: run.process.processIdentifier, named: "sh").first })
        let nginx = try #require(Self.wait { Tool.children(of: shell, named: "nginx").first })
        run.signal(signal)
        _ = run.wait()
        #expect(Self.wait { kill(nginx, 0) == 0 ? nil : true } == true, "nginx \(nginx) is still there")
    }

    /// Looks every 20 ms for 10 s.
    private static func wait<Value>(_ look: () -> Value?) -> Value? {
        for _ in 0..<500 {
            if let value = look() { return value }
            usleep(20_000)
        }
        return nil
    }
}

import Foundation
import Glibc
import ResultFiles
import Testing

/// nginx and haproxy are installed by Tests/run.sh, apache and caddy by Tests/long.sh proxies.
@Suite("pushlab run through a proxy")
struct ThroughProxyTests {
    /// Whether a program is installed; says so if it is not.
    private static func has(_ program: String) -> Bool {
        let folders = ["/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"]
        if folders.contains(where: { FileManager.default.isExecutableFile(atPath: "\($0)/\(program)") }) { return true }
        print("NOT RUN: \(program) is not installed")
        return false
    }

    private static func program(of proxy: String) -> String { proxy == "apache" ? "apache2" : proxy }

    /// The rows of a run with these uses, each of which must be conserved and complete.
    private static func rows(_ uses: [String], through proxy: String, seconds: Int) throws -> [SummaryRow] {
        let scratch = try Scratch()
        let scenario = try scratch.write(
            "proxy.yaml", SmallScenario.text(transports: uses, duration: "\(seconds)s"))
        let ending = try Tool.pushlab("run", scenario, "--out", scratch.path("out"))
        #expect(ending.code == 0, "\(ending.complaint)")
        let rows = try SummaryRow.table.rows(from: scratch.read("out/summary.csv") ?? "", file: "summary.csv")
        #expect(rows.count == uses.count)
        let items = 20 * seconds - 1
        for row in rows {
            #expect(row.valid == true, "\(row.caseID): \(row.invalidReason ?? "")")
            #expect(row.variant.contains("through-\(proxy)"))
            #expect(row.unique == 5 * items)
            #expect(row.missed == 0 && row.duplicate == 0 && row.reordered == 0)
            #expect(row.conserved == true)
            #expect(row.serverKernelTCPBytesDown == nil, "the server's connections are from \(proxy)")
        }
        #expect(scratch.read("out/manifest.json")?.contains("\"\(proxy)\"") == true, "the version of \(proxy)")
        return rows
    }

    @Test("nginx: byte totals match the kernel's count, and buffered items arrive when the feed ends")
    func nginx() throws {
        guard Self.has("nginx") else { return }
        let uses = [
            "short-poll, through: nginx, interval: 250ms", "long-poll, through: nginx", "http-stream, through: nginx",
            "sse, through: nginx", "websocket, through: nginx", "sse, through: nginx-http1.0",
            "http-stream, through: nginx-http1.0, accel-buffering: \"no\"",
        ]
        let rows = try Self.rows(uses, through: "nginx", seconds: 1)
        // 19 items of 64 B do not fill nginx's buffer. It sends them when the stream ends, 1 s after the feed.
        let held = try #require(rows.first { $0.transport == "sse" && $0.variant.hasSuffix("http1.0") })
        #expect(try #require(held.latencyMinMicroseconds) > 900_000)
        let passed = try #require(rows.first { $0.variant.contains("accel-buffering-no") })
        #expect(try #require(passed.latencyP50Microseconds) < 500_000)
    }

    @Test(
        "every transport: byte totals match the kernel's count, and each part of a response is forwarded at once",
        arguments: ["haproxy", "apache", "caddy"])
    func others(proxy: String) throws {
        guard Self.has(Self.program(of: proxy)) else { return }
        let uses = [
            "short-poll, through: \(proxy), interval: 250ms",
            "short-poll, through: \(proxy), interval: 300ms, connection: new", "long-poll, through: \(proxy)",
            "http-stream, through: \(proxy)", "sse, through: \(proxy)", "websocket, through: \(proxy)",
        ]
        // In 3 s, a proxy that gets no processor for a second delays less than half of the items.
        for row in try Self.rows(uses, through: proxy, seconds: 3) where row.transport != "short-poll" {
            let median = try #require(row.latencyP50Microseconds)
            #expect(median < 150_000, "\(row.caseID): \(median) µs")
        }
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

    @Test(
        "Ctrl-C and SIGKILL of pushlab also end the proxy and its workers",
        arguments: ["nginx", "haproxy", "apache", "caddy"], [SIGINT, SIGKILL])
    func interrupted(proxy: String, signal: Int32) throws {
        let program = Self.program(of: proxy)
        guard Self.has(program) else { return }
        let scratch = try Scratch()
        let scenario = try scratch.write(
            "proxy.yaml", SmallScenario.text(transports: ["sse, through: \(proxy)"], duration: "60s"))
        let run = try Tool.start("pushlab", "run", scenario, "--out", scratch.path("out"), "--quiet")
        let shell = try #require(Self.wait { Tool.children(of: run.process.processIdentifier, named: "sh").first })
        let first = try #require(Self.wait { Tool.children(of: shell, named: program).first })
        var all = [first]
        if proxy == "apache" {
            all.append(try #require(Self.wait { Tool.children(of: first, named: program).first }))
        }
        run.signal(signal)
        _ = run.wait()
        for pid in all {
            #expect(Self.wait { kill(pid, 0) == 0 ? nil : true } == true, "\(program) \(pid) is still running")
        }
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

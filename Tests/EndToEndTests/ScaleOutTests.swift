import Foundation
import Glibc
import ResultFiles
import Testing

/// redis-server and haproxy are installed by Tests/run.sh.
// Each run has seven processes and more; several at once would be late.
@Suite("pushlab run with several servers on one stream", .serialized)
struct ScaleOutTests {
    /// Whether both programs are installed; says so if one is not.
    private static let hasPrograms: Bool = {
        let folders = ["/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"]
        let missing = ["redis-server", "haproxy"].filter { name in
            !folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }
        }
        for name in missing { print("NOT RUN: \(name) is not installed") }
        return missing.isEmpty
    }()

    private static func text(_ transports: [String], duration: String, lines: String) -> String {
        SmallScenario.text(clients: 20, transports: transports, duration: duration)
            .replacingOccurrences(of: "warmup: 0s", with: "warmup: 1s") + lines + "\n"
    }

    /// The rows of a run. A pause of the machine may make their times invalid; what clients got does not depend on it.
    private static func rows(_ scratch: borrowing Scratch, _ text: String) throws -> [SummaryRow] {
        let scenario = try scratch.write("servers.yaml", text)
        let ending = try Tool.pushlab("run", scenario, "--out", scratch.path("out"))
        #expect(ending.code == 0 || ending.isDisturbed, "\(ending.complaint)")
        let rows = try SummaryRow.table.rows(from: scratch.read("out/summary.csv") ?? "", file: "summary.csv")
        #expect(rows.map(\.transport) == ["websocket", "sse", "long-poll"])
        for row in rows {
            #expect(row.bytesValid == true, "\(row.caseID): \(row.invalidReason ?? "")")
            #expect(row.published == 79 && row.unique == 79 * 20, "\(row.caseID)")
            #expect((row.missed, row.duplicate, row.reordered, row.gaps) == (0, 0, 0, 0), "\(row.caseID)")
            #expect(row.conserved == true)
            #expect(row.serverKernelTCPBytesDown == nil, "the servers' connections are from HAProxy")
        }
        return rows
    }

    private static let programs = ["redis-server", "haproxy", "pushlab-server", "pushlab"]

    @Test("one of two servers is killed: its clients go on at the other, and no item is missed or comes twice")
    func oneOfTwo() throws {
        guard Self.hasPrograms else { return }
        let scratch = try Scratch()
        // Between two items, so that each client waits for one.
        let text = Self.text(
            ["websocket", "sse", "long-poll"], duration: "3s",
            lines: "scale-out: 2\nreconnect: {after: 1025ms, down: 1s, wait: 20ms}")
        for row in try Self.rows(scratch, text) {
            #expect(row.caseID.contains("_20-clients_2-servers_restart-1025ms"), "\(row.caseID)")
            // The killed server had half of the clients, or of the held requests.
            #expect((8...12).contains(row.recoveries ?? 0), "\(row.caseID): \(row.recoveries ?? -1)")
            // The wait of 20 ms and the next item after 50 ms; not the second until the server is back.
            #expect((row.recoveryMaxMicroseconds ?? .infinity) < 900_000)
            #expect((row.serverUserCPUSeconds ?? 0) > 0)
            // Two servers, without Redis, HAProxy and the program that writes the stream.
            #expect((10 << 20...400 << 20).contains(row.serverRSSPeakBytes ?? 0))
        }
        let manifest = try Manifest(json: scratch.read("out/manifest.json") ?? "", file: "manifest.json")
        #expect(manifest.environment["scale-out"]?["servers"] == "2")
        #expect(manifest.environment["scale-out"]?["usage"] == "status of each server")
        #expect(manifest.versions["redis-server"]?.first?.isNumber == true)
        #expect(manifest.versions["haproxy"]?.first?.isNumber == true)
        #expect(manifest.versions["pushlab-server"] == manifest.versions["pushlab"])
    }

    @Test("the only server is killed: clients come back when it is there again, and miss nothing")
    func theOnlyOne() throws {
        guard Self.hasPrograms else { return }
        let scratch = try Scratch()
        let text = Self.text(
            ["websocket", "sse", "long-poll"], duration: "3s",
            lines: "scale-out: 1\nreconnect: {after: 1025ms, down: 500ms, wait: 50ms, backoff: false}")
        for row in try Self.rows(scratch, text) {
            #expect(row.recoveries == 20)
            #expect((row.recoveryP50Microseconds ?? 0) > 500_000)
        }
    }

    @Test("Ctrl-C and SIGKILL of pushlab also end Redis, HAProxy and all servers", arguments: [SIGINT, SIGKILL])
    func interrupted(signal: Int32) throws {
        guard Self.hasPrograms else { return }
        let scratch = try Scratch()
        let scenario = try scratch.write("long.yaml", Self.text(["sse"], duration: "60s", lines: "scale-out: 3"))
        let run = try Tool.start("pushlab", "run", scenario, "--out", scratch.path("out"), "--quiet")
        let lab = run.process.processIdentifier
        // The load process, the feeder, the servers; Redis and HAProxy are children of a shell each.
        let all = try #require(
            Self.wait { () -> [Int32]? in
                let shells = Tool.children(of: lab, named: "sh")
                let found = Self.programs.flatMap { name in
                    ([lab] + shells).flatMap { Tool.children(of: $0, named: name) }
                }
                return found.count >= 7 ? found + shells : nil
            })
        let folders = all.compactMap { try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\($0)/cwd") }
            .filter { $0.contains("/pushlab-") }
        #expect(Set(folders).count == 2, "those of Redis and HAProxy: \(folders)")
        run.signal(signal)
        _ = run.wait()
        for pid in all {
            #expect(Self.wait { kill(pid, 0) == 0 ? nil : true } == true, "\(pid) is still running")
        }
        for folder in folders {
            #expect(Self.wait { FileManager.default.fileExists(atPath: folder) ? nil : true } == true, "\(folder)")
        }
    }

    @Test(
        "without redis-server: one sentence with the package to install, before anything starts",
        arguments: ["run", "validate"])
    func notInstalled(command: String) throws {
        let scratch = try Scratch()
        let scenario = try scratch.write("two.yaml", Self.text(["sse"], duration: "1s", lines: "scale-out: 2"))
        let ending = try Tool.shell(
            "PATH=/nowhere exec \"$1\" \"$2\" \"$3\"", Tool.path("pushlab"), command, scenario)
        #expect(ending.code == 2)
        #expect(
            ending.complaint
                == "the scenario has scale-out, which needs redis-server, which is not installed; install the Debian "
                + "package redis-server\n")
    }

    /// Calls `look` every 20 ms for up to 20 s, until it returns a value.
    private static func wait<Value>(_ look: () -> Value?) -> Value? {
        for _ in 0..<1_000 {
            if let value = look() { return value }
            usleep(20_000)
        }
        return nil
    }
}

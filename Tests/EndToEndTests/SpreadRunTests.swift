import Foundation
import Glibc
import ResultFiles
import Testing

@Suite("Clients in several load processes, started through launchers")
struct SpreadRunTests {
    /// A launcher that prints a banner, records its words and runs the program.
    private static let launcher = """
        #!/bin/sh
        echo "Welcome to $1"
        printf '%s\\n' "$*" >> "$0.words"
        shift
        exec "$@"

        """

    @Test("three processes give the same bytes per item and the same counts as one")
    func sameAsOne() throws {
        let scratch = try Scratch()
        let scenario = try scratch.write(
            "small.yaml", SmallScenario.text(clients: 10, transports: ["websocket", "raw-tcp", "sse", "long-poll"]))
        for (out, processes) in [("one", "1"), ("three", "3")] {
            let ending = try Tool.pushlab(
                "run", scenario, "--processes", processes, "--seeded-masks", "--quiet", "--out", scratch.path(out))
            #expect(ending.code == 0, "\(ending.complaint)")
        }
        let (one, three) = (try Self.summary(scratch, "one"), try Self.summary(scratch, "three"))
        #expect(three.map(\.caseID) == one.map(\.caseID))
        for (row, other) in zip(three, one) {
            #expect(row.valid == true && row.conserved == true)
            #expect(row.published == other.published)
            #expect(row.expected == other.expected && row.unique == other.unique)
            #expect((row.missed, row.duplicate, row.reordered, row.errors) == (0, 0, 0, 0))
            #expect(row.connects == other.connects && row.reconnects == other.reconnects)
            #expect(row.latencySamples == other.latencySamples)
            #expect(row.setupBytesTotal == other.setupBytesTotal)
            #expect(row.clockErrorMicroseconds == 0 && other.clockErrorMicroseconds == 0)
        }
        // Their items have headers of constant size, so the mean does not depend on items after the window.
        for (row, other) in zip(three, one).prefix(2) {
            #expect(row.overheadBytesPerItem == other.overheadBytesPerItem)
            #expect(row.requests == other.requests)
        }
        let timeline = try TimelineRow.table.rows(
            from: scratch.read("three/timeline.csv") ?? "", file: "timeline.csv")
        for row in three {
            let own = timeline.filter { $0.caseID == row.caseID }
            #expect(own.reduce(0) { $0 + $1.delivered } == row.delivered)
            #expect(Set(own.map(\.second)).count == own.count, "each second has one row")
        }
        let environment = try Self.manifest(scratch, "three").environment
        #expect(environment["load processes"]?["processes_per_host"] == "3")
        #expect((1...3).map { environment["load process \($0)"]?["clients"] } == ["3", "3", "4"])
        #expect(try Self.manifest(scratch, "one").environment["load processes"] == nil)
    }

    @Test(
        "more than 20,000 clients for one load process are refused before anything starts",
        arguments: ["run", "validate"])
    func crowded(command: String) throws {
        let scratch = try Scratch()
        let scenario = try scratch.write("small.yaml", SmallScenario.text(clients: 20_001))
        let out = command == "run" ? ["--out", scratch.path("out")] : []
        let ending = try Tool.Running(Tool.path("pushlab"), [command, scenario] + out, folder: nil).wait()
        #expect(ending.code == 2)
        #expect(
            ending.complaint
                == "clients of case synthetic-20-per-s-64B_20001-clients_websocket is 20001, for one load process; "
                + "allowed up to 20000 for each; use --processes 2 or more, or more hosts with --load-hosts\n")
        #expect(!FileManager.default.fileExists(atPath: scratch.path("out")))
        #expect(try Tool.pushlab("validate", scenario, "--processes", "2", "--quiet").code == 0)
    }

    @Test("hosts: the launcher gets the words, its banner is skipped, and the manifest has hosts and launcher")
    func hosts() throws {
        let scratch = try Scratch()
        let scenario = try scratch.write("small.yaml", SmallScenario.text())
        let launcher = try Self.script(scratch, "launcher", Self.launcher)
        let ending = try Tool.pushlab(
            "run", scenario, "--load-hosts", "n1,n2", "--launch", "'\(launcher)' --on={host}", "--server-host",
            "127.0.0.2", "--quiet", "--out", scratch.path("out"))
        #expect(ending.code == 0, "\(ending.complaint)")
        let words = (scratch.read("launcher.words") ?? "").split(separator: "\n").sorted()
        let worker = "\(Tool.path("pushlab")) worker"
        #expect(words == ["--on=n1 \(worker)", "--on=n2 \(worker)"])
        let row = try #require(try Self.summary(scratch, "out").first)
        #expect(row.unique == 95 && row.valid == true && row.clockErrorMicroseconds == 0)
        let environment = try Self.manifest(scratch, "out").environment
        #expect(environment["load processes"]?["hosts"] == "n1,n2")
        #expect(environment["load processes"]?["launch"] == "'\(launcher)' --on={host}")
        #expect((1...2).map { environment["load process \($0)"]?["place"] } == ["n1", "n2"])
        #expect(environment["load process 1"]?["boot_id"] == environment["load process 2"]?["boot_id"])
        #expect(environment["server place"] == ["address": "127.0.0.2"])
    }

    @Test("a launcher that fails fails the case with the host's name")
    func dyingLauncher() throws {
        let scratch = try Scratch()
        let scenario = try scratch.write("small.yaml", SmallScenario.text())
        let launcher = try Self.script(
            scratch, "launcher",
            "#!/bin/sh\nif [ $1 = n2 ]; then echo 'no route to n2' >&2; exit 3; fi; shift; exec \"$@\"\n")
        let ending = try Tool.pushlab(
            "run", scenario, "--load-hosts", "n1,n2", "--launch", "\(launcher) {host}", "--server-host", "127.0.0.1",
            "--quiet", "--out", scratch.path("out"))
        #expect(ending.code == 1)
        let row = try #require(try Self.summary(scratch, "out").first)
        #expect(row.invalidReason == "n2: the load process failed (exit code 3): no route to n2")
    }

    @Test("a process killed within the run fails the case at once, and the other processes end")
    func killedProcess() throws {
        let scratch = try Scratch()
        let scenario = try scratch.write("small.yaml", SmallScenario.text(duration: "60s"))
        let run = try Tool.start(
            "pushlab", "run", scenario, "--processes", "2", "--quiet", "--out", scratch.path("out"))
        var workers: [Int32] = []
        for _ in 0..<100 where workers.count < 2 {
            usleep(50_000)
            workers = Tool.children(of: run.process.processIdentifier, named: "pushlab")
        }
        // Not before it has its plan.
        usleep(1_500_000)
        kill(try #require(workers.last), SIGKILL)
        let ending = run.wait()
        #expect(ending.code == 1)
        let reason = try Self.summary(scratch, "out").first?.invalidReason ?? ""
        #expect(reason.hasSuffix(": the load process failed (signal 9)"), "\(reason)")
        #expect(reason.hasPrefix("process "))
    }

    @Test("a server elsewhere runs through its launcher")
    func serverElsewhere() throws {
        let scratch = try Scratch()
        let scenario = try scratch.write("small.yaml", SmallScenario.text())
        let launcher = try Self.script(scratch, "launcher", Self.launcher)
        let ending = try Tool.pushlab(
            "run", scenario, "--server-host", "127.0.0.1", "--server-launch", "\(launcher) {host}", "--quiet", "--out",
            scratch.path("out"))
        #expect(ending.code == 0, "\(ending.complaint)")
        let words = scratch.read("launcher.words") ?? ""
        #expect(words.hasPrefix("127.0.0.1 \(Tool.path("pushlab-server")) --port 0 "), "\(words)")
        #expect(words.contains(" --host 127.0.0.1"))
        #expect(try Self.summary(scratch, "out").first?.unique == 95)
    }

    @Test("pushlab load divides its clients too")
    func load() throws {
        let scratch = try Scratch()
        let server = try MeasuredServer("--port", "0", "--rate", "20/s", "--no-page")
        defer { server.stop() }
        let endings = try Tool.undisturbed(scratch.path("out")) {
            [
                try Tool.pushlab(
                    "load", "--url", "http://127.0.0.1:\(server.port)", "--transport", "websocket", "--clients", "7",
                    "--duration", "1s", "--warmup", "1s", "--processes", "3", "--quiet", "--out", scratch.path("out"))
            ]
        }
        #expect(endings.first?.code == 0, "\(endings.first?.complaint ?? "")")
        let row = try #require(try Self.summary(scratch, "out").first)
        #expect(row.connects == 7 && row.missed == 0 && row.conserved == true)
    }

    @Test("a process on another clock: offset and drift are recovered, and latencies are corrected")
    func otherClock() throws {
        let scratch = try Scratch()
        let scenario = try scratch.write("small.yaml", SmallScenario.text(clients: 6, duration: "5s"))
        let ending = try Tool.pushlab(
            "run", scenario, "--processes", "2", "--fault-foreign-clock", "5ms,50ppm", "--clock-tolerance", "10ms",
            "--quiet", "--out", scratch.path("out"))
        #expect(ending.code == 0, "\(ending.complaint)")
        let row = try #require(try Self.summary(scratch, "out").first)
        let error = try #require(row.clockErrorMicroseconds)
        #expect(error > 0 && error < 2_500, "\(error) us")
        // 5 ms would be seen in the median and the minimum.
        #expect((row.latencyMinMicroseconds ?? .infinity) > -error)
        #expect((row.latencyP50Microseconds ?? .infinity) < 4_000)
        #expect(row.timesValid == true)
        // Without a warm-up, the first item is due one period after the start.
        #expect(row.latencySamples == 6 * 99)
        let facts = try #require(try Self.manifest(scratch, "out").environment["load process 2"])
        let offset = try #require(facts["clock_offset_us"].flatMap { Double($0) })
        let drift = try #require(facts["clock_drift_ppm"].flatMap { Double($0) })
        // The clock has drifted by 50 µs per second since its process began, for less than 10 s before the window.
        #expect((-5_500 - error)...(-5_000 + error) ~= offset, "\(offset) us")
        // Both ends of the window are off by at most the error.
        #expect(abs(drift + 50) <= 2 * error / 5, "\(drift) ppm, \(error) us")
        #expect(try Self.manifest(scratch, "out").environment["load process 1"]?["clock_offset_us"] == nil)
        #expect(try Self.manifest(scratch, "out").faults["foreign_clock"] == "5ms,50ppm")
    }

    @Test("times are invalid if the clocks agree less closely than --clock-tolerance")
    func tolerance() throws {
        let scratch = try Scratch()
        let scenario = try scratch.write("small.yaml", SmallScenario.text(clients: 2))
        let ending = try Tool.pushlab(
            "run", scenario, "--fault-foreign-clock", "-1s,0ppm", "--clock-tolerance", "1us", "--quiet", "--out",
            scratch.path("out"))
        #expect(ending.code == 1)
        let row = try #require(try Self.summary(scratch, "out").first)
        #expect(row.timesValid == false && row.bytesValid == true)
        #expect(row.invalidReason?.hasSuffix("us; at most 1 us is allowed, --clock-tolerance") == true)
    }

    @Test("a case that other hosts cannot reach is refused before anything starts")
    func middlebox() throws {
        let scratch = try Scratch()
        let text = SmallScenario.text() + "network: {rtt: 10ms}\n"
        let scenario = try scratch.write("small.yaml", text)
        let ending = try Tool.pushlab(
            "run", scenario, "--load-hosts", "n1", "--launch", "env", "--server-host", "127.0.0.1", "--out",
            scratch.path("out"))
        #expect(ending.code == 2)
        #expect(ending.complaint.contains("uses the simulated network on this machine, which the hosts of "))
        #expect(scratch.read("out/manifest.json") == nil)
    }

    private static func script(_ scratch: borrowing Scratch, _ name: String, _ text: String) throws -> String {
        let path = try scratch.write(name, text)
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
        return path
    }

    private static func summary(_ scratch: borrowing Scratch, _ folder: String) throws -> [SummaryRow] {
        try SummaryRow.table.rows(from: scratch.read("\(folder)/summary.csv") ?? "", file: "summary.csv")
    }

    private static func manifest(_ scratch: borrowing Scratch, _ folder: String) throws -> Manifest {
        try Manifest(json: scratch.read("\(folder)/manifest.json") ?? "", file: "manifest.json")
    }
}

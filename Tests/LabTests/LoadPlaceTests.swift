import Host
import LoadGenerator
import Measurement
import Testing
import Transports

@testable import Lab

/// Scripts take the place of launchers and of load processes.
@Suite("Starting a load process elsewhere")
struct LoadPlaceTests {
    private static let hello = "echo '\(WorkerHello.ofThisProcess().line)'"

    @Test("text before the hello is skipped")
    func banner() async throws {
        let program = try Program("echo 'Welcome to n1'; echo; echo '{}'; \(Self.hello); read -r _; exit 0")
        defer { program.remove() }
        #expect(try await LoadProcess(executable: program.path).whileReady { _ in 5 } == 5)
    }

    @Test("too much text and no hello is refused with what was seen")
    func onlyText() async throws {
        let program = try Program(
            "i=0; while [ $i -lt 100 ]; do echo \"line $i\"; i=$((i + 1)); done; while :; do sleep 0.05; done")
        defer { program.remove() }
        let sentence = await Self.sentence(LoadProcess(executable: program.path))
        #expect(
            sentence == "the load process printed 100 lines of other text and did not say that it is ready; the first "
                + "is 'line 0'")
    }

    @Test("a launcher that prints only a refusal is quoted")
    func refusal() async throws {
        let program = try Program("echo 'no such host'; exit 4")
        defer { program.remove() }
        #expect(
            await Self.sentence(LoadProcess(executable: program.path))
                == "the load process failed (exit code 4): it printed 'no such host'")
    }

    @Test("another version is refused with the host and both versions")
    func version() async throws {
        let other = WorkerHello(
            version: "0.0.9", host: "node2", bootID: nil, clock: nil, processors: 1, nowNanoseconds: 1)
        let program = try Program("echo '\(other.line)'; read -r _")
        defer { program.remove() }
        #expect(
            await Self.sentence(LoadProcess(executable: program.path))
                == "pushlab on node2 is version 0.0.9, and here it is \(ProgramVersion.current); use the same version "
                + "on all hosts")
    }

    @Test("a command that does not exist", arguments: ["pushlab-no-such-launcher", "/no/such/launcher"])
    func noProgram(name: String) async {
        #expect(
            await Self.sentence(LoadProcess(executable: name))
                == "the load process cannot be started: there is no program \(name), or it must not be run")
    }

    private static func plan(endingIn time: Duration) -> LoadPlan {
        var plan = SpreadLoadTests.plan(clients: 2)
        plan.times.windowEnd = MonotonicClock.now() + time
        return plan
    }

    @Test("a launcher gets its words, runs the program and is named if it dies")
    func launcher() async throws {
        let launcher = try Program(#"echo "$@" > "$0.words"; shift; exec "$@""#)
        let worker = try Program("\(Self.hello); read -r _; echo 'no luck' >&2; exit 7")
        defer {
            launcher.remove()
            worker.remove()
        }
        let prefix = try LaunchPrefix("\(launcher.path) --on={host}")
        let places = LoadSpread(processes: 1, hosts: ["n1", "n2"], launch: prefix, program: worker.path)
        let load = SpreadLoad(places.places(own: "unused"))
        let plan = Self.plan(endingIn: .seconds(60))
        let fault = await #expect(throws: CaseFault.self) {
            try await load.whileReady { try await $0.run(plan) }
        }
        let sentence = "\(try #require(fault))"
        #expect(
            [
                "n1: the load process failed (exit code 7): no luck",
                "n2: the load process failed (exit code 7): no luck",
            ]
            .contains(sentence))
        let words = TextFile.read(launcher.path + ".words")
        #expect(
            ["--on=n1 \(worker.path) worker\n", "--on=n2 \(worker.path) worker\n"].contains(words ?? ""))
        AtomicFile.remove(launcher.path + ".words")
    }

    @Test("a process that does not read its plan fails; it does not end the lab")
    func noReader() async throws {
        let program = try Program("exec <&-; \(Self.hello); sleep 0.2; exit 9")
        defer { program.remove() }
        let plan = Self.plan(endingIn: .seconds(60))
        let fault = await #expect(throws: CaseFault.self) {
            try await LoadProcess(executable: program.path).whileReady { try await $0.run(plan) }
        }
        #expect(fault.map { "\($0)" } == "the load process failed (exit code 9)")
    }

    @Test("a process that stalls is stopped and named; the other is stopped too")
    func stalled() async throws {
        let worker = try Program("trap '' TERM HUP INT; \(Self.hello); while :; do sleep 0.05; done")
        defer { worker.remove() }
        let places = LoadSpread(processes: 2, hosts: [], launch: nil, program: worker.path).places(own: "unused")
        let load = SpreadLoad(places) { place in
            var process = LoadProcess(at: place)
            process.margin = .milliseconds(200)
            return process
        }
        let fault = await #expect(throws: CaseFault.self) {
            try await load.whileReady { load in
                var plan = SpreadLoadTests.plan(clients: 2)
                plan.times.windowEnd = MonotonicClock.now()
                return try await load.run(plan)
            }
        }
        let end = ": the load process did not end within 200 ms after the measurement and was killed"
        #expect(["process 1\(end)", "process 2\(end)"].contains("\(try #require(fault))"))
    }

    private static func sentence(_ load: LoadProcess) async -> String? {
        do {
            _ = try await load.whileReady { try await $0.run(SpreadLoadTests.plan(clients: 1)) }
            return nil
        } catch {
            return "\(error)"
        }
    }
}

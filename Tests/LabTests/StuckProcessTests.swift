import Foundation
import Glibc
import Host
import LoadGenerator
import Measurement
import Synchronization
import Testing
import Transports

@testable import Lab

/// Scripts that do not stop on request take the place of our programs.
@Suite("Processes that hang")
struct StuckProcessTests {
    private static let deaf = "trap '' TERM HUP INT"
    private static let forever = "while :; do sleep 0.05; done"
    private static let ready = "echo '\(WorkerHello.ofThisProcess().line)'"
    private static let announcement = #"echo '{"host":"127.0.0.1","port":1,"pid":'$$'}'"#

    @Test("a server that ignores SIGTERM is killed, and its case fails with the reason")
    func deafServer() async throws {
        let program = try Program("\(Self.deaf); \(Self.announcement); \(Self.forever)")
        defer { program.remove() }
        let server = OwnServer(executable: program.path, arguments: [], stopTimeout: .milliseconds(200))
        let fault = await #expect(throws: CaseFault.self) { try await server.whileRunning { $0.endpoint.processes } }
        #expect("\(try #require(fault))" == "the server process did not stop within 200 ms and was killed")
    }

    @Test("an earlier failure comes first in the sentence")
    func deafServerAfterAFault() async throws {
        let program = try Program("\(Self.deaf); \(Self.announcement); \(Self.forever)")
        defer { program.remove() }
        let server = OwnServer(executable: program.path, arguments: [], stopTimeout: .milliseconds(100))
        let fault = await #expect(throws: CaseFault.self) {
            try await server.whileRunning { _ in throw CaseFault.programDied(name: "nginx", complaint: "gone") }
        }
        let sentence = "\(try #require(fault))"
        #expect(sentence.hasSuffix("gone; the server process did not stop within 100 ms and was killed"))
    }

    @Test("SIGKILL also ends a stopped server")
    func stoppedServer() async throws {
        let program = try Program("\(Self.announcement); \(Self.forever)")
        defer { program.remove() }
        let server = OwnServer(executable: program.path, arguments: [], stopTimeout: .milliseconds(200))
        let pid = Pid()
        let fault = await #expect(throws: CaseFault.self) {
            try await server.whileRunning { server in
                pid.value = server.endpoint.processes[0]
                Self.stop(server.endpoint.processes[0])
            }
        }
        #expect("\(try #require(fault))".contains("was killed"))
        #expect(ProcessWatch.hasEnded(pid.value))
    }

    @Test("a server that never reports that it is ready is killed")
    func silentServer() async throws {
        let program = try Program("\(Self.deaf); \(Self.forever)")
        defer { program.remove() }
        let server = OwnServer(executable: program.path, arguments: [], startTimeout: .milliseconds(200))
        let fault = await #expect(throws: CaseFault.self) { try await server.whileRunning { $0.endpoint.processes } }
        #expect("\(try #require(fault))" == "the server did not start: it was not ready within 200 ms")
    }

    @Test("a server that stops on request causes no failure")
    func orderlyServer() async throws {
        let program = try Program("\(Self.announcement); read -r _")
        defer { program.remove() }
        let port = try await OwnServer(executable: program.path, arguments: []).whileRunning { $0.endpoint.target.port }
        #expect(port == 1)
    }

    @Test("a load process that does not end after its plan is killed")
    func stuckLoad() async throws {
        let program = try Program("\(Self.deaf); \(Self.ready); \(Self.forever)")
        defer { program.remove() }
        let load = LoadProcess(executable: program.path, margin: .milliseconds(200))
        let fault = await #expect(throws: CaseFault.self) { try await load.whileReady { try await $0.run(Self.plan) } }
        #expect(
            "\(try #require(fault))"
                == "the load process did not end within 200 ms after the measurement and was killed")
    }

    @Test("the failure of a load process has its exit code and error message")
    func failingLoad() async throws {
        for script in ["echo 'no luck' >&2; exit 3", "\(Self.ready); read -r _; echo 'no luck' >&2; exit 3"] {
            let program = try Program(script)
            defer { program.remove() }
            let fault = await #expect(throws: CaseFault.self) {
                try await LoadProcess(executable: program.path).whileReady { try await $0.run(Self.plan) }
            }
            #expect("\(try #require(fault))" == "the load process failed (exit code 3): no luck")
        }
    }

    @Test("output of a load process that is not a record is a failure", arguments: ["", "{}", "Segmentation fault"])
    func garbage(output: String) async throws {
        let program = try Program("\(Self.ready); read -r _; echo '\(output)'; echo oh >&2")
        defer { program.remove() }
        let fault = await #expect(throws: CaseFault.self) {
            try await LoadProcess(executable: program.path).whileReady { try await $0.run(Self.plan) }
        }
        #expect("\(try #require(fault))" == "the load process failed (exit code 0): oh")
    }

    @Test("a load process that does not get ready is killed")
    func lateLoad() async throws {
        let program = try Program("\(Self.deaf); \(Self.forever)")
        defer { program.remove() }
        let load = LoadProcess(executable: program.path, startTimeout: .milliseconds(200))
        let fault = await #expect(throws: CaseFault.self) { try await load.whileReady { try await $0.run(Self.plan) } }
        #expect(
            "\(try #require(fault))" == "the load process failed (stopped): it was not ready within 200 ms")
    }

    @Test("a load process without a plan causes no failure")
    func idleLoad() async throws {
        let program = try Program("\(Self.ready); read -r _; exit 3")
        defer { program.remove() }
        #expect(try await LoadProcess(executable: program.path).whileReady { _ in 5 } == 5)
    }

    // Waits until the process has stopped: of two pending signals it takes the lower number first, here SIGTERM.
    private static func stop(_ pid: Int32) {
        kill(pid, SIGSTOP)
        for _ in 0..<1_000 where TextFile.read("/proc/\(pid)/stat")?.contains(") T ") == false { usleep(1_000) }
    }

    private static var plan: LoadPlan {
        let now = MonotonicClock.now()
        return LoadPlan(
            target: LoadTarget(port: 1), transport: "websocket", clients: 1,
            times: LoadTimes(start: now, windowStart: now, windowEnd: now))
    }
}

/// A shell script in place of one of our programs.
struct Program {
    let path: String

    init(_ script: String) throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("pushlab-\(UUID().uuidString)").path
        try Data("#!/bin/sh\n\(script)\n".utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }
}

private final class Pid: Sendable {
    // Guards the id, which one task sets and another reads.
    private let number = Mutex<Int32>(0)

    var value: Int32 {
        get { number.withLock { $0 } }
        set { number.withLock { $0 = newValue } }
    }
}

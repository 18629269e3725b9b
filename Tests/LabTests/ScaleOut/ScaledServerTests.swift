import Foundation
import Glibc
import Host
import Measurement
import Synchronization
import Testing

@testable import Lab

/// Scripts take the place of the servers.
@Suite("One of several servers, as a process")
struct ScaledServerTests {
    /// Writes its process, and that it stops, into the file of its first argument.
    private static let script = """
        trap 'echo stopped >>"$1"; exit' TERM
        echo $$ >>"$1"
        echo '{"host":"127.0.0.1","port":1,"pid":'$$'}'
        while :; do sleep 0.02; done
        """

    /// Runs a server until all its processes have started and `body` is done.
    ///
    /// - Returns: The lines that its processes wrote.
    private func lines(
        kill: ServerKill?, _ body: @escaping @Sendable (ServerRoster) async throws -> Void
    ) async throws -> [String] {
        let program = try Program(Self.script)
        let file = program.path + ".log"
        defer {
            program.remove()
            try? FileManager.default.removeItem(atPath: file)
        }
        let roster = ServerRoster(count: 1)
        let server = ScaledServer(
            index: 0, server: OwnServer(executable: program.path, arguments: [file]), kill: kill, roster: roster)
        let (end, whenEnded) = AsyncStream.makeStream(of: Never.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run(until: end) }
            group.addTask {
                _ = try await roster.whenAllStarted()
                try await body(roster)
                whenEnded.finish()
            }
            while try await group.next() != nil {}
        }
        return (TextFile.read(file) ?? "").split(separator: "\n").map(String.init)
    }

    @Test("a server that stays is asked to stop at the end")
    func stays() async throws {
        let pid = Mutex<Int32>(0)
        let lines = try await lines(kill: nil) { roster in pid.withLock { $0 = roster.processes[0] } }
        #expect(lines == ["\(pid.withLock { $0 })", "stopped"])
    }

    @Test("the one that is killed gets SIGKILL, is away meanwhile, and is started again with the same arguments")
    func killed() async throws {
        let now = MonotonicClock.now()
        let kill = ServerKill(index: 0, begins: now + .milliseconds(400), ends: now + .milliseconds(900))
        let pids = Mutex<[[Int32]]>([])
        let lines = try await lines(kill: kill) { roster in
            pids.withLock { $0.append(roster.processes) }
            try await MonotonicClock.sleep(until: kill.begins + .milliseconds(250))
            pids.withLock { $0.append(roster.processes) }
            while roster.processes.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
            #expect(MonotonicClock.now() >= kill.ends)
            pids.withLock { $0.append(roster.processes) }
        }
        let seen = pids.withLock { $0 }
        #expect(seen.map(\.count) == [1, 0, 1])
        #expect(seen[0] != seen[2])
        // The first one had no time to say that it stops.
        #expect(lines == ["\(seen[0][0])", "\(seen[2][0])", "stopped"])
        #expect(ProcessWatch.hasEnded(seen[0][0]))
    }

    @Test("a server that ends by itself is a failure, also if it is to be killed later")
    func dies() async throws {
        let later = MonotonicClock.now() + .seconds(30)
        for kill in [nil, ServerKill(index: 0, begins: later, ends: later)] {
            let fault = await #expect(throws: CaseFault.self) {
                try await lines(kill: kill) { roster in
                    _ = Glibc.kill(roster.processes[0], SIGHUP)
                    try await Task.sleep(for: .seconds(30))
                }
            }
            let sentence = fault.map { "\($0)" } ?? ""
            #expect(sentence.hasPrefix("the server process ended during the case (signal 1)"), "\(sentence)")
        }
    }

    @Test("a failure of the case ends a server that waits to be killed")
    func caseFails() async throws {
        let later = MonotonicClock.now() + .seconds(30)
        let pid = Mutex<Int32>(0)
        await #expect(throws: CaseFault.self) {
            _ = try await lines(kill: ServerKill(index: 0, begins: later, ends: later)) { roster in
                pid.withLock { $0 = roster.processes[0] }
                throw CaseFault.programDied(name: "haproxy", complaint: "gone")
            }
        }
        #expect(pid.withLock { $0 } > 0 && ProcessWatch.hasEnded(pid.withLock { $0 }))
        #expect(MonotonicClock.now() < later)
    }
}

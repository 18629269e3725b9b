import Foundation
import Glibc
import Host
import LoadGenerator
import Testing
import Transports

@testable import Lab

@Suite("A reverse proxy that hangs")
struct StuckProxyTests {
    @Test(
        "a stopped proxy is killed at once with its workers, and its folder is removed",
        arguments: [Intermediary.nginx, .haproxy, .apache, .caddy])
    func stopped(intermediary: Intermediary) async throws {
        let program = try #require(intermediary.program)
        guard (try? program.path()) != nil else {
            print("NOT RUN: \(program.name) is not installed")
            return
        }
        let folders = Self.folders(program)
        // Nothing listens on port 1: a proxy answers 502 or 503, which is an answer.
        let proxy = try #require(ReverseProxy(intermediary, clients: 1))
        let server = EntryPoint(of: ServerEndpoint(target: LoadTarget(port: 1)))
        let pids = try await proxy.whileRunning(before: server) { entryPoint in
            for pid in entryPoint.processes { kill(pid, SIGSTOP) }
            return entryPoint.processes
        }
        #expect(!pids.isEmpty)
        #expect(pids.count == (intermediary == .apache ? 2 : 1))
        // The shell waits for the first one only.
        #expect(await Self.haveEnded(pids))
        #expect(Self.folders(program) == folders)
        #expect(await program.installed.version() != nil)
    }

    private static func haveEnded(_ pids: [Int32]) async -> Bool {
        for _ in 0..<500 {
            if pids.allSatisfy(ProcessWatch.hasEnded) { return true }
            try? await Task.sleep(for: .milliseconds(10))
        }
        return false
    }

    private static func folders(_ program: ProxyProgram) -> [String] {
        let path = FileManager.default.temporaryDirectory.path
        let prefix = SupervisedProgram.folderPrefix(program.installed)
        return (TextFile.folderEntries(path) ?? []).filter { $0.hasPrefix(prefix) }.sorted()
    }
}

import Foundation
import Glibc
import Host
import LoadGenerator
import Testing
import Transports

@testable import Lab

@Suite("An nginx that hangs")
struct StuckProxyTests {
    @Test("a stopped nginx is killed at once, and its folder is removed")
    func stopped() async throws {
        guard (try? NginxProgram.path()) != nil else {
            print("NOT RUN: nginx is not installed")
            return
        }
        let folders = Self.folders()
        // Nothing listens on port 1: nginx answers 502, which is an answer.
        let proxy = try #require(NginxProxy(.nginx, clients: 1))
        let server = EntryPoint(of: ServerEndpoint(target: LoadTarget(port: 1)))
        let pids = try await proxy.whileRunning(before: server) { entryPoint in
            for pid in entryPoint.processes { kill(pid, SIGSTOP) }
            return entryPoint.processes
        }
        #expect(!pids.isEmpty)
        #expect(pids.allSatisfy(ProcessWatch.hasEnded))
        #expect(Self.folders() == folders)
    }

    private static func folders() -> [String] {
        let path = FileManager.default.temporaryDirectory.path
        return (TextFile.folderEntries(path) ?? []).filter { $0.hasPrefix("pushlab-nginx-") }.sorted()
    }
}

import Foundation
import Glibc
import Host
import Testing
import Transports

@testable import Lab

@Suite("An nginx that is alive and stuck")
struct StuckProxyTests {
    @Test("one that is stopped is killed at once, and its folder removed")
    func stopped() async throws {
        guard (try? NginxProgram.path()) != nil else {
            print("NOT RUN: there is no nginx here")
            return
        }
        let folders = Self.folders()
        // Nothing listens on port 1: nginx answers 502, which is an answer.
        let proxy = NginxProcess(intermediary: .nginx, clients: 1, serverPort: 1)
        let pids = try await proxy.withEntrance { _ in
            let pids = Self.grandchildren(named: "nginx")
            for pid in pids { kill(pid, SIGSTOP) }
            return pids
        }
        #expect(!pids.isEmpty)
        #expect(pids.allSatisfy(ProcessWatch.hasEnded))
        #expect(Self.folders() == folders)
    }

    private static func folders() -> [String] {
        let path = FileManager.default.temporaryDirectory.path
        return (TextFile.folderEntries(path) ?? []).filter { $0.hasPrefix("pushlab-nginx-") }.sorted()
    }

    private static func grandchildren(named name: String) -> [Int32] {
        (TextFile.folderEntries("/proc") ?? []).compactMap { Int32($0) }.filter { pid in
            TextFile.read("/proc/\(pid)/comm") == "\(name)\n"
                && parent(of: pid).flatMap(parent) == getpid()
        }
    }

    private static func parent(of pid: Int32) -> Int32? {
        let status = TextFile.read("/proc/\(pid)/status") ?? ""
        return status.split(separator: "\n").first { $0.hasPrefix("PPid:") }
            .flatMap { Int32($0.split(separator: "\t").last ?? "") }
    }
}

import Foundation
import Host
import Measurement
import Testing

@testable import Lab

@Suite("Version and build of a third-party server")
struct PeerWorkshopTests {
    @Test("the version is the first line with a printable character, at most 200 of them")
    func version() {
        #expect(PeerWorkshop.version(in: "\n\u{1b}\n  8.11.0 \r\nmore\n") == "8.11.0")
        #expect(PeerWorkshop.version(in: String(repeating: "x", count: 300))?.count == 200)
        #expect(PeerWorkshop.version(in: "\n") == nil)
    }

    @Test("the complaint of a compiler is its first line with an error")
    func complaint() {
        #expect(
            PeerWorkshop.complaint(in: "# command-line-arguments\n./main.go:3:5: undefined: x\n")
                == "./main.go:3:5: undefined: x")
        #expect(
            PeerWorkshop.complaint(in: "Note: a\nFeed.java:1: error: ';' expected\n1 error\n")
                == "Feed.java:1: error: ';' expected")
        #expect(PeerWorkshop.complaint(in: "") == "")
    }

    @Test("the digest depends on names and bytes of the sources, on the command and on the version")
    func digest() {
        let digest = PeerWorkshop.digest(of: ["a": [1], "b": [2]], command: ["cc"], version: "1")
        let others = [
            PeerWorkshop.digest(of: ["a": [1], "b": [3]], command: ["cc"], version: "1"),
            PeerWorkshop.digest(of: ["a": [1], "c": [2]], command: ["cc"], version: "1"),
            PeerWorkshop.digest(of: ["a": [1]], command: ["cc"], version: "1"),
            PeerWorkshop.digest(of: ["a": [1], "b": [2]], command: ["cc", "-O"], version: "1"),
            PeerWorkshop.digest(of: ["a": [1], "b": [2]], command: ["cc"], version: "2"),
        ]
        #expect(Set(others + [digest]).count == 6)
        #expect(digest == PeerWorkshop.digest(of: ["b": [2], "a": [1]], command: ["cc"], version: "1"))
    }

    @Test("a server is built once, and again after a change")
    func building() async throws {
        let peer = try TestPeer(["main": "one"])
        let output = try TestPeer()
        var program = peer.program("built", start: ["sh"])
        program.buildFolder = output.path("new/build")
        program.build = ["sh", "-c", "echo built >>{build}/log"]
        for (text, lines) in [("one", 1), ("one", 1), ("two", 2)] {
            try Data(text.utf8).write(to: peer.folder.appendingPathComponent("main"))
            #expect(try await PeerWorkshop(program: program).prepare() == "1.2.3")
            #expect(TextFile.read("\(program.buildFolder)/log") == String(repeating: "built\n", count: lines))
        }
    }

    @Test("a build that fails is tried again the next time, and its first error is the reason")
    func failingBuild() async throws {
        let peer = try TestPeer()
        var program = peer.program("unbuilt", start: ["sh"])
        program.build = ["sh", "-c", "echo 'title'; echo 'x: error: no' >&2; echo '1 error'; exit 2"]
        for _ in 0..<2 {
            let fault = await #expect(throws: PeerFault.self) { try await PeerWorkshop(program: program).prepare() }
            #expect(fault?.sentence(about: "unbuilt") == "unbuilt was not built (exit code 2): x: error: no")
        }
    }

    @Test("while another run builds, this one waits")
    func lockedBuild() async throws {
        let peer = try TestPeer()
        var program = peer.program("locked", start: ["sh"])
        program.build = ["sh", "-c", "true"]
        try AtomicFile.makeFolders(program.buildFolder)
        let lock = try #require(try FolderLock.take(program.buildFolder))
        var workshop = PeerWorkshop(program: program)
        workshop.times.build = .milliseconds(100)
        let fault = await #expect(throws: PeerFault.self) { try await workshop.prepare() }
        #expect(
            fault?.sentence(about: "locked")
                == "locked was not built (not begun): another run has locked \(program.buildFolder)")
        withExtendedLifetime(lock) {}
    }

    @Test("a version command that fails, prints nothing or does not end")
    func noVersion() async throws {
        let peer = try TestPeer()
        var program = peer.program("nameless", start: ["sh"])
        program.installation.debian = ["name"]
        for (command, reason) in [
            (["sh", "-c", "echo 'Error: no module' >&2; exit 1"], "(exit code 1): Error: no module"),
            (["true"], "(exit code 0)"), (["sleep", "60"], "(it did not end within 100 ms)"),
        ] {
            program.version = command
            var workshop = PeerWorkshop(program: program)
            workshop.times.version = command[0] == "sleep" ? .milliseconds(100) : .seconds(30)
            let fault = await #expect(throws: PeerFault.self) { try await workshop.prepare() }
            #expect(
                fault?.sentence(about: "nameless")
                    == "nameless did not report its version \(reason); install the Debian package name, or start the "
                    + "scenario with Scenarios/run.sh, which does")
        }
    }
}

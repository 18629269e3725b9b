import Foundation
import Glibc
import Host
import LoadGenerator
import Measurement
import Testing
import Transports

@testable import Lab

/// After each of them nothing is left of the server, however it behaves.
@Suite("Third-party servers that are started, fed and ended")
struct PeerServerTests {
    /// Listens on its port, then runs other lines.
    private static func listening(_ lines: String...) -> String {
        """
        import os, signal, socket, sys, time
        listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
        \(lines.joined(separator: "\n"))
        """
    }

    private static let untilEnd = "sys.stdin.read()"

    /// The sentence of the fault of a case that waits until it fails.
    private func sentence(of server: PeerServer) async -> String {
        do {
            try await server.whileRunning { _ in try await Task.sleep(for: .seconds(30)) }
            return "no fault"
        } catch {
            return "\(error)"
        }
    }

    @Test("a server that behaves: its items, its address, its feeder and its resources")
    func healthy() async throws {
        let peer = try TestPeer()
        let program = try peer.python(
            "good", Self.listening("open('item', 'w').write(sys.stdin.readline())", Self.untilEnd))
        let path = peer.path("item")
        let (endpoint, usage, accounting, item) = try await peer.server(program).whileRunning { server in
            while TextFile.read(path)?.hasSuffix("\n") != true { try await Task.sleep(for: .milliseconds(5)) }
            return (server.endpoint, server.usage(), server.accounting, TextFile.read(path))
        }
        #expect(item == "1,0,first\n")
        #expect(endpoint.peer == PeerIdentity(name: "good", version: "1.2.3"))
        #expect(endpoint.feedStatus == LoadTarget(port: 7))
        #expect(endpoint.isFresh && endpoint.reportsStatus && !endpoint.countsConnections)
        #expect(endpoint.processes.allSatisfy(ProcessWatch.hasEnded))
        // An interpreter of Python needs some megabytes and some hundredths of a second.
        let used = try #require(usage)
        #expect(used.residentPeakBytes >= (used.residentBytes ?? .max) && used.residentPeakBytes > 4 << 20)
        #expect(used.userMicroseconds + used.systemMicroseconds > 0)
        #expect(accounting?.isEmpty == false)
        #expect(peer.remains == [])
    }

    @Test("a server without its program")
    func missing() async throws {
        let peer = try TestPeer()
        var program = peer.program("absent", start: ["no-such-program"])
        program.installation.debian = ["such-program"]
        #expect(
            await sentence(of: peer.server(program))
                == "absent cannot be started: the program no-such-program is not installed; install the Debian package "
                + "such-program, or start the scenario with Scenarios/run.sh, which does")
        #expect(peer.remains == [])
    }

    @Test("a server that fails at its start")
    func crashAtStart() async throws {
        let peer = try TestPeer()
        let program = peer.program("broken", start: ["sh", "-c", "echo boom >&2; exit 3"])
        #expect(await sentence(of: peer.server(program)) == "broken ended before it was ready (exit code 3): boom")
        #expect(peer.remains == [])
    }

    @Test("a server that fails during the case")
    func crash() async throws {
        let peer = try TestPeer()
        let program = try peer.python(
            "fragile", Self.listening("sys.stdin.readline()", "time.sleep(0.1)", "raise ValueError('bad day')"))
        #expect(
            await sentence(of: peer.server(program))
                == "fragile ended during the case (exit code 1): ValueError: bad day")
        #expect(peer.remains == [])
    }

    @Test("a server that was killed during the case")
    func killed() async throws {
        let peer = try TestPeer()
        let program = try peer.python("victim", Self.listening(Self.untilEnd))
        let fault = await #expect(throws: CaseFault.self) {
            try await peer.server(program).whileRunning { server in
                for process in server.endpoint.processes { kill(process, SIGKILL) }
                try await Task.sleep(for: .seconds(30))
            }
        }
        #expect("\(try #require(fault))" == "victim ended during the case (signal 9)")
        #expect(peer.remains == [])
    }

    @Test("a server that listens on another port")
    func wrongPort() async throws {
        let peer = try TestPeer()
        let program = try peer.python(
            "stray",
            """
            import socket, sys
            listener = socket.create_server(("127.0.0.1", int(sys.argv[2])))
            print(sys.argv[1], sys.argv[2], file=open("ports", "w"))
            sys.stdin.read()
            """, ports: 2)
        var server = peer.server(program)
        server.times.start = .milliseconds(700)
        let sentence = await sentence(of: server)
        let ports = peer.read("ports").split { $0 == " " || $0 == "\n" }
        try #require(ports.count == 2)
        #expect(
            sentence == "stray did not listen on its port \(ports[0]) of 127.0.0.1 within 700 ms; "
                + "it listens on port \(ports[1])")
        #expect(peer.remains == [])
    }

    @Test("a server that listens on no port")
    func neverReady() async throws {
        let peer = try TestPeer()
        var server = peer.server(peer.program("silent", start: ["sh", "-c", "cat >&2"]))
        server.times.start = .milliseconds(300)
        #expect(await sentence(of: server) == "silent was not ready within 300 ms: it listens on no port")
        #expect(peer.remains == [])
    }

    @Test("a server that prints a line when it is ready, and one that does not")
    func readyLine() async throws {
        let peer = try TestPeer()
        var program = try peer.python("ready", Self.listening("print('now: up')", Self.untilEnd))
        program.ready = .line("up$")
        let port = try await peer.server(program).whileRunning { $0.endpoint.target.port }
        #expect(port > 0)
        program.ready = .line("^up")
        var server = peer.server(program)
        server.times.start = .milliseconds(700)
        #expect(
            await sentence(of: server) == "ready was not ready within 700 ms: no line of its output matches ^up")
        #expect(peer.remains == [])
    }

    @Test("a server that ignores the end of its input gets SIGTERM; that is not a fault")
    func ignoresEndOfInput() async throws {
        let peer = try TestPeer()
        let program = try peer.python("busy", Self.listening("while True: time.sleep(1)"))
        #expect(try await peer.server(program).whileRunning { _ in 5 } == 5)
        #expect(peer.remains == [])
    }

    @Test("a server that ignores SIGTERM too is killed, and its case fails")
    func deaf() async throws {
        let peer = try TestPeer()
        let program = try peer.python(
            "deaf", Self.listening("signal.signal(signal.SIGTERM, signal.SIG_IGN)", "while True: time.sleep(1)"))
        let fault = await #expect(throws: CaseFault.self) { try await peer.server(program).whileRunning { _ in 5 } }
        #expect("\(try #require(fault))" == "deaf did not stop within 1 s and was killed")
        let second = await #expect(throws: CaseFault.self) {
            try await peer.server(program).whileRunning { _ in
                throw CaseFault.programDied(name: "nginx", complaint: "gone")
            }
        }
        #expect(
            "\(try #require(second))"
                == "nginx did not start or ended during the case: gone; deaf did not stop within 1 s and was killed")
        #expect(peer.remains == [])
    }

    @Test("a daemon that the server left in a session of its own ends with it")
    func daemon() async throws {
        let peer = try TestPeer()
        // Two forks and setsid, as daemon(3): its parent is process 1 then, and it has its own process group.
        let daemon = """
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    signal.signal(signal.SIGTERM, signal.SIG_IGN)
                    print(os.getpid(), file=open("daemon", "w"))
                    while True: time.sleep(1)
                os._exit(0)
            os.wait()
            """
        let program = try peer.python("parent", Self.listening(daemon, Self.untilEnd))
        let path = peer.path("daemon")
        try await peer.server(program).whileRunning { server in
            while TextFile.read(path)?.hasSuffix("\n") != true { try await Task.sleep(for: .milliseconds(5)) }
        }
        let pid = try #require(Int32(peer.read("daemon").dropLast()))
        #expect(ProcessWatch.hasEnded(pid))
        #expect(peer.remains == [])
    }

    @Test("temporary files of the server are removed")
    func temporaryFiles() async throws {
        let peer = try TestPeer()
        let program = try peer.python(
            "untidy", Self.listening("open(os.environ['TMPDIR'] + '/file', 'w').write('x')", Self.untilEnd))
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("pushlab-peer-\(peer.id)/file").path
        try await peer.server(program).whileRunning { _ in
            while PathKind(path) == .missing { try await Task.sleep(for: .milliseconds(5)) }
        }
        #expect(PathKind(path) == .missing)
        #expect(peer.remains == [])
    }

    @Test("after Ctrl-C nothing is left either")
    func cancelled() async throws {
        let peer = try TestPeer()
        let program = try peer.python("good", Self.listening(Self.untilEnd))
        let server = peer.server(program)
        let (begins, begun) = AsyncStream.makeStream(of: Void.self)
        let run = Task {
            try await server.whileRunning { _ in
                begun.finish()
                try await Task.sleep(for: .seconds(30))
            }
        }
        for await _ in begins {}
        run.cancel()
        await #expect(throws: CancellationError.self) { try await run.value }
        #expect(peer.remains == [])
    }
}

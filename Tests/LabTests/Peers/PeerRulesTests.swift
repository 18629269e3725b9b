import Measurement
import Testing
import Transports

@testable import Host
@testable import Lab
@testable import Scenario

@Suite("When a third-party server is ready")
struct PeerReadinessTests {
    private let own = ListeningSocket(port: 4_000, isOnLoopback: true, inode: 1)
    private let other = ListeningSocket(port: 8_080, isOnLoopback: true, inode: 2)

    private func step(
        _ rule: PeerProgram.ReadyRule = .port, _ change: (inout PeerReadiness.Sight) -> Void
    ) -> PeerReadiness.Step {
        var sight = PeerReadiness.Sight()
        change(&sight)
        return PeerReadiness(rule: rule, port: 4_000, timeout: .seconds(60)).step(sight)
    }

    @Test("it is ready when one of its processes listens on its port")
    func port() {
        #expect(step { _ in } == .wait)
        #expect(step { $0.sockets = [other] } == .wait)
        #expect(step { $0.isPortTaken = true } == .wait)
        #expect(step { $0.sockets = [other, own] } == .ready)
    }

    @Test("with a line to look for, it needs both")
    func line() {
        let rule = PeerProgram.ReadyRule.line("^up$")
        #expect(step(rule) { $0.sockets = [own] } == .wait)
        #expect(step(rule) { $0.hasLine = true } == .wait)
        #expect(
            step(rule) {
                $0.hasLine = true
                $0.sockets = [own]
            } == .ready)
    }

    @Test("a server that has ended is not ready, even if another program listens")
    func ended() {
        let step = step {
            $0.hasEnded = true
            $0.isPortTaken = true
        }
        #expect(step == .failed(.endedBeforeReady(how: "", complaint: "")))
    }

    @Test("the fault of a server that is late names what it lacks")
    func late() {
        func sentence(_ rule: PeerProgram.ReadyRule = .port, _ change: (inout PeerReadiness.Sight) -> Void) -> String {
            let step = step(rule) {
                $0.isLate = true
                change(&$0)
            }
            guard case .failed(let fault) = step else { return "\(step)" }
            return fault.sentence(about: "slow")
        }
        #expect(sentence { _ in } == "slow was not ready within 60 s: it listens on no port")
        #expect(
            sentence { $0.sockets = [other] }
                == "slow did not listen on its port 4000 of 127.0.0.1 within 60 s; it listens on port 8080")
        #expect(
            sentence { $0.sockets = [other, ListeningSocket(port: 81, isOnLoopback: false, inode: 3)] }
                == "slow did not listen on its port 4000 of 127.0.0.1 within 60 s; it listens on the ports 81, 8080")
        #expect(
            sentence { $0.isPortTaken = true }
                == "slow was not ready within 60 s: another program listens on its port 4000")
        #expect(
            sentence { $0.sockets = [ListeningSocket(port: 4_000, isOnLoopback: false, inode: 4)] }
                == "slow was not ready within 60 s: it listens on port 4000, but not at 127.0.0.1")
        #expect(
            sentence(.line("^up$")) { $0.sockets = [own] }
                == "slow was not ready within 60 s: no line of its output matches ^up$")
        #expect(sentence { $0.sockets = [own] } == "ready")
    }
}

@Suite("What a third-party server prints")
struct PeerOutputTests {
    @Test("lines are the same however the output is cut", arguments: [1, 2, 5, 100])
    func cuts(chunkBytes: Int) {
        let text = Array("one\r\n\ntwo\nthree".utf8)
        var cutter = OutputCutter()
        var lines: [String] = []
        for start in stride(from: 0, to: text.count, by: chunkBytes) {
            text[start..<min(start + chunkBytes, text.count)].withUnsafeBytes { lines += cutter.take($0) }
        }
        lines += cutter.finish()
        #expect(lines == ["one", "two", "three"])
    }

    @Test("a long line is cut at 4096 bytes")
    func longLine() {
        var cutter = OutputCutter()
        let lines = Array((String(repeating: "x", count: 5_000) + "\ny\n").utf8).withUnsafeBytes { cutter.take($0) }
        #expect(lines.map(\.count) == [4_096, 1])
    }

    @Test("the complaint is the last line that names an error, otherwise the last line")
    func complaint() {
        var lines = LastLines()
        #expect(lines.complaint == nil)
        lines.add(["starting", "\tboom\u{1b}"])
        #expect(lines.complaint == "boom")
        lines.add(["Error: Cannot find module 'ws'", "    at Module._load", "Node.js v18.20.4"])
        #expect(lines.complaint == "Error: Cannot find module 'ws'")
        lines.add(Array(repeating: "at", count: 50))
        #expect(lines.complaint == "at")
    }
}

@Suite("Commands of a third-party server")
struct PeerPlacesTests {
    private var program: PeerProgram {
        PeerProgram(
            name: "small", title: "Small", folder: "/f", buildFolder: "/b", python: "/v/bin/python",
            version: ["sh", "-c", "echo 1"], start: ["sh", "{folder}/run", "{port}"], dialects: [:])
    }

    @Test("placeholders are replaced, other braces stay")
    func placeholders() {
        let places = PeerPlaces(program: program, ports: [41, 42])
        #expect(
            places.expanded("{port}:{port2}:{port3} {folder}/x {build} {python} {a}")
                == "41:42:{port3} /f/x /b /v/bin/python {a}")
        #expect(PeerPlaces(program: program).expanded("{port}") == "{port}")
    }

    @Test("a command has the path of its program")
    func path() throws {
        let places = PeerPlaces(program: program, ports: [41])
        let command = try places.command(program.start)
        #expect(command.first?.hasSuffix("/sh") == true)
        #expect(command.dropFirst() == ["/f/run", "41"])
    }

    @Test("a missing program is named, with the packages that have it")
    func missing() {
        var program = program
        program.installation = PeerProgram.Installation(
            debian: ["nodejs", "node-ws"], pypi: ["a==1"], programs: ["no-node"])
        let places = PeerPlaces(program: program)
        let fault = #expect(throws: PeerFault.self) { try places.checkInstalled() }
        #expect(
            fault?.sentence(about: "small")
                == "small cannot be started: the program no-node is not installed; install the Debian packages nodejs, "
                + "node-ws and the PyPI package a==1, or start the scenario with Scenarios/run.sh, which does")
        program.installation = PeerProgram.Installation()
        let bare = #expect(throws: PeerFault.self) {
            try PeerPlaces(program: program).command(["{folder}/nothing"])
        }
        #expect(
            bare?.sentence(about: "small") == "small cannot be started: the program /f/nothing is not installed")
    }

    @Test("the environment has the server's variables, the marker and the folders of system programs")
    func environment() throws {
        var program = program
        program.environment = ["DATA": "{build}/data"]
        let variables = PeerPlaces(program: program).environment(ProcessMarker(name: "PUSHLAB_PEER", value: "7"))
        #expect(variables["DATA"] == "/b/data")
        #expect(variables["PUSHLAB_PEER"] == "7")
        #expect(try #require(variables["PATH"]).contains("/usr/sbin"))
    }
}

@Suite("The feeder of a third-party server")
struct FeederArgumentsTests {
    @Test("it publishes what PushLab's server would")
    func synthetic() {
        let feed = Scenario.Feed(
            source: .synthetic, rate: ItemRate(items: 20, per: .seconds(1)), payload: ByteCount(bytes: 64))
        let command = FeederArguments(feed: feed, subject: .fake()).command("/p/pushlab")
        #expect(
            command == [
                "/p/pushlab", "feed", "synthetic", "--until-stdin-closes", "--seed", "5", "--feed-delay", "601ms",
                "--duration", "16s", "--arrivals", "constant", "--rate", "20/s", "--payload", "64B",
            ])
        let own = ServerArguments(feed: feed, subject: .fake()).list
        for option in ["--seed", "--feed-delay", "--arrivals", "--rate", "--payload"] {
            #expect(value(of: option, in: command) == value(of: option, in: own), "\(option)")
        }
        #expect(value(of: "--duration", in: command) == value(of: "--feed-duration", in: own))
    }

    private func value(of option: String, in list: [String]) -> String? {
        guard let place = list.firstIndex(of: option), place + 1 < list.count else { return nil }
        return list[place + 1]
    }
}

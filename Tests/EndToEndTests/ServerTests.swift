import Foundation
import Glibc
import Testing

@Suite("pushlab-server")
struct ServerTests {
    @Test("it prints where it listens, and stops on SIGTERM and SIGINT", arguments: [SIGTERM, SIGINT])
    func stopping(signal: Int32) throws {
        let server = try Tool.start("pushlab-server", "--rate", "100/s")
        let line = try JSONSerialization.jsonObject(with: Data(server.firstLine.utf8)) as? [String: Any]
        #expect(line?["event"] as? String == "listening")
        #expect(line?["host"] as? String == "127.0.0.1")
        #expect(line?["pid"] as? Int32 == server.process.processIdentifier)
        #expect(line?["tls"] as? Bool == false)
        let began = Date()
        server.signal(signal)
        #expect(server.wait().code == 0)
        #expect(Date().timeIntervalSince(began) < 5)
    }

    @Test("a lane port in use: the option for lane ports, with what it allows")
    func lanePortInUse() throws {
        let first = try MeasuredServer()
        defer { first.stop() }
        let second = try Tool.server("--lane-ports", "\(first.port)")
        #expect(second.code == 1)
        #expect(
            second.complaint == "cannot listen on 127.0.0.1:\(first.port): the port is in use; choose another "
                + "--lane-ports, or leave it out for any free ones\n")
    }

    @Test("each line of standard input is an item")
    func standardInput() throws {
        let script = """
            { echo first; echo 'second, with a comma'; sleep 2; } | "$1" --feed stdin > "$2/said" &
            for i in $(seq 100); do [ -s "$2/said" ] && break; sleep 0.05; done
            port=$(sed 's/.*"port":\\([0-9]*\\).*/\\1/' "$2/said")
            sleep 0.3
            exec 3<>/dev/tcp/127.0.0.1/$port
            printf 'GET /poll?after=0 HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3
            cat <&3
            kill $(sed 's/.*"pid":\\([0-9]*\\).*/\\1/' "$2/said")
            wait
            """
        let scratch = try Scratch()
        let ending = try Tool.shell(script, Tool.path("pushlab-server"), scratch.folder.path)
        let lines = ending.output.split(whereSeparator: \.isNewline).map {
            $0.split(separator: ",", maxSplits: 2).last ?? ""
        }
        #expect(lines.suffix(2) == ["first", "second, with a comma"])
    }

    @Test(
        "the server prints a random publish token unless the user gives one",
        arguments: [nil, "a-secret-of-this-test"])
    func publishToken(given: String?) throws {
        let server =
            if let given {
                try Tool.start("pushlab-server", "--feed", "external", "--publish-token", given)
            } else {
                try Tool.start("pushlab-server", "--feed", "external")
            }
        defer {
            server.signal(SIGTERM)
            _ = server.wait()
        }
        let line = try JSONSerialization.jsonObject(with: Data(server.firstLine.utf8)) as? [String: Any]
        let port = try #require(line?["port"] as? Int)
        let printed = line?["publish_token"] as? String
        #expect((printed == nil) == (given != nil))
        let token = try #require(given ?? printed)
        #expect(token.count >= 16)
        let script = """
            exec 3<>/dev/tcp/127.0.0.1/$2
            printf 'POST /publish HTTP/1.1\\r\\nHost: localhost\\r\\nAuthorization: Bearer %s\\r\\n' "$1" >&3
            printf 'Content-Length: 2\\r\\nConnection: close\\r\\n\\r\\nhi' >&3
            cat <&3
            """
        #expect(try Tool.shell(script, token, "\(port)").output.hasPrefix("HTTP/1.1 201 Created"))
    }

    @Test(
        "the server prints the page's address with the token, from standard input or made up", arguments: [true, false])
    func controlToken(isGiven: Bool) throws {
        let token = "a-secret-of-this-test"
        let script = """
            { [ -n "$3" ] && echo "$3"; sleep 1; } | "$1" ${3:+--control-token -} > "$2/said" 2> "$2/complaint" &
            for i in $(seq 100); do [ -s "$2/complaint" ] && break; sleep 0.05; done
            kill $(sed 's/.*"pid":\\([0-9]*\\).*/\\1/' "$2/said")
            wait
            """
        let scratch = try Scratch()
        _ = try Tool.shell(script, Tool.path("pushlab-server"), scratch.folder.path, isGiven ? token : "")
        let said = scratch.read("said") ?? ""
        let line = try JSONSerialization.jsonObject(with: Data(said.utf8)) as? [String: Any]
        let control = try #require(line?["control"] as? String)
        let port = try #require(line?["port"] as? Int)
        #expect(control.hasPrefix("http://127.0.0.1:\(port)/#control="))
        #expect(control.hasSuffix("=" + token) == isGiven)
        #expect(control.count >= "http://127.0.0.1:1/#control=".count + 16)
        let complaint = scratch.read("complaint") ?? ""
        #expect(
            complaint == "the teaching page is http://127.0.0.1:\(port)/; with its controls it is \(control)\n")
    }

    @Test("without the page there is neither token nor sentence")
    func noPage() throws {
        let server = try Tool.start("pushlab-server", "--no-page")
        #expect(!server.firstLine.contains("control"))
        server.signal(SIGTERM)
        #expect(server.wait().complaint == "")
    }

    @Test("pushlab record writes a recording and its due times")
    func recording() throws {
        let scratch = try Scratch()
        let server = try Tool.start("pushlab-server", "--rate", "50/s", "--payload", "40B")
        defer {
            server.signal(SIGTERM)
            _ = server.wait()
        }
        let line = try JSONSerialization.jsonObject(with: Data(server.firstLine.utf8)) as? [String: Any]
        let port = try #require(line?["port"] as? Int)
        let out = scratch.path("feed.txt")
        let ending = try Tool.pushlab("record", "--url", "http://127.0.0.1:\(port)", "--out", out, "--items", "20")
        #expect(ending.code == 0, "\(ending.complaint)")
        #expect(scratch.read("feed.txt")?.split(separator: "\n").count == 20)
        let dues = (scratch.read("feed.txt.due") ?? "").split(separator: "\n").compactMap { Int($0) }
        #expect(dues == (1...20).map { $0 * 20_000 })
        let again = try Tool.pushlab("record", "--url", "http://127.0.0.1:\(port)", "--out", out, "--items", "20")
        #expect(again.code == 2)
    }
}

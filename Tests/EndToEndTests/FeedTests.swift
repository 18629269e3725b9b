import Foundation
import Glibc
import Testing

@Suite("pushlab feed", .timeLimit(.minutes(1)))
struct FeedTests {
    private struct Address: Decodable {
        let event: String
        let host: String
        let port: Int
        let pid: Int32
        let tls: Bool
    }

    private static func address(in line: String) throws -> Address {
        try JSONDecoder().decode(Address.self, from: Data(line.utf8))
    }

    /// Everything that a server of these options publishes, as lines.
    private static func serverLines(_ arguments: [String]) throws -> String {
        let running = try Tool.Running(Tool.path("pushlab-server"), arguments + ["--no-page"], folder: nil)
        let server = try MeasuredServer(announcement: running.firstLine, running)
        defer { server.stop() }
        try server.waitFor { $0["feed_ended"] as? Bool == true }
        let socket = try LoopbackSocket(port: server.port)
        socket.send(Array("GET /poll?after=0 HTTP/1.0\r\nHost: localhost\r\n\r\n".utf8))
        let answer = socket.readToEnd()
        let body = try #require(answer.range(of: "\r\n\r\n")).upperBound
        return String(answer[body...])
    }

    @Test(
        "its lines are the items of pushlab-server with the same options, byte for byte",
        arguments: [
            [], ["--arrivals", "poisson"], ["--arrivals", "bursty", "--burst", "7"], ["--content", "random"],
            ["--payload", "1KiB", "--content", "json"],
        ])
    func sameItems(options: [String]) throws {
        let shared = ["--rate", "100/s", "--seed", "7"] + options
        let feed = try Tool.Running(
            Tool.path("pushlab"), ["feed", "synthetic", "--duration", "2s"] + shared, folder: nil)
        let server = try Self.serverLines(["--feed-duration", "2s"] + shared)
        let ending = feed.wait()
        #expect(ending.code == 0, "\(ending.complaint)")
        #expect(ending.output == server)
        let count = server.split(separator: "\n").count
        #expect(count > 150)
        let lines = ending.complaint.split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines.last == "items written: \(count)")
    }

    @Test("a recording is written line by line, and ends the feed")
    func replay() throws {
        let scratch = try Scratch()
        let file = try scratch.write("r.txt", "first\nsecond, with a comma\n")
        _ = try scratch.write("r.txt.due", "0\n200000\n")
        let ending = try Tool.pushlab("feed", "replay:\(file)", "--speed", "2")
        #expect(ending.code == 0)
        #expect(ending.output == "1,0,first\n2,255s,second, with a comma\n")
        #expect(ending.complaint.hasSuffix("items written: 2\n"))
    }

    @Test(
        "the status pages have the schedule; on Ctrl-C and SIGTERM it says how many items it wrote",
        arguments: [SIGINT, SIGTERM])
    func stopping(signal: Int32) throws {
        let feed = try Tool.start("pushlab", "feed", "synthetic", "--rate", "50/s")
        let address = try Self.address(in: feed.firstComplaint)
        #expect((address.event, address.host, address.tls) == ("listening", "127.0.0.1", false))
        #expect(address.pid == feed.process.processIdentifier)
        let status = try MeasuredServer(announcement: #"{"port":\#(address.port),"pid":\#(address.pid)}"#)
        try status.waitFor { ($0["newest"] as? Int ?? 0) >= 3 }
        #expect(try status.status()["feed"] as? String == "synthetic")
        let script = #"exec 3<>/dev/tcp/127.0.0.1/"$1"; printf 'GET /feed/schedule?to=2 HTTP/1.0\r\n\r\n' >&3; cat <&3"#
        let schedule = try Tool.shell(script, "\(address.port)").output
        #expect(schedule.contains("\"sequence\":1"))
        #expect(schedule.contains("\"published_ns\":"))
        feed.signal(signal)
        let ending = feed.wait()
        #expect(ending.code == 0)
        #expect(ending.complaint == "items written: \(ending.output.split(separator: "\n").count)\n")
        #expect(ending.output.hasSuffix("\n"))
    }

    @Test("with --until-stdin-closes the status pages stay after the last item, until standard input ends")
    func standardInput() throws {
        let script = """
            sleep 2 | "$1" feed synthetic --rate 100/s --duration 100ms --until-stdin-closes > "$2/items" 2> "$2/said"
            echo "code $?"
            """
        let scratch = try Scratch()
        let began = Date()
        let ending = try Tool.shell(script, Tool.path("pushlab"), scratch.folder.path)
        #expect(ending.output == "code 0\n")
        #expect(Date().timeIntervalSince(began) > 1.8)
        #expect(scratch.read("items")?.split(separator: "\n").count == 9)
        #expect(scratch.read("said")?.hasSuffix("items written: 9\n") == true)
    }

    @Test("a reader that has gone, and one that does not read: one sentence and exit code 1")
    func readers() throws {
        let gone = try Tool.shell(
            #""$1" feed synthetic --rate 200/s --duration 20s | head -n 2 > /dev/null; echo "code ${PIPESTATUS[0]}""#,
            Tool.path("pushlab"))
        #expect(gone.output == "code 1\n")
        let sentence = try #require(gone.complaint.split(separator: "\n").last)
        #expect(sentence.hasPrefix("standard output: its reader has closed it; items written: "))
        let silent = try Tool.shell(
            #"{ "$1" feed synthetic --rate 20000/s --payload 4KiB; echo "code $?" >&2; } | sleep 4"#,
            Tool.path("pushlab"))
        let lines = silent.complaint.split(separator: "\n")
        #expect(lines.count == 3, "\(silent.complaint)")
        let overflow = "standard output does not take items fast enough: 8 MiB of them wait; items written: "
        #expect(lines[1].hasPrefix(overflow))
        #expect(lines.last == "code 1")
    }

    @Test("standard output that is closed, and a status port in use")
    func faults() throws {
        let closed = try Tool.shell(#""$1" feed synthetic >&-; echo "code $?" >&2"#, Tool.path("pushlab"))
        #expect(closed.complaint == "standard output: Bad file descriptor; the items go there\ncode 1\n")
        let server = try Tool.start("pushlab-server", "--no-page")
        let port = try Self.address(in: server.firstLine).port
        let ending = try Tool.pushlab("feed", "synthetic", "--status-port", "\(port)")
        server.signal(SIGTERM)
        _ = server.wait()
        #expect(ending.code == 1)
        #expect(
            ending.complaint == "cannot listen on 127.0.0.1:\(port): the port is in use; choose another --status-port, "
                + "or 0 for any free one\n")
        #expect(ending.output.isEmpty)
    }

    @Test("items as POST requests; an answer other than 2xx ends the feed")
    func post() throws {
        let server = try Tool.start("pushlab-server", "--no-page", "--feed", "external")
        let port = try Self.address(in: server.firstLine).port
        let url = "http://127.0.0.1:\(port)/publish"
        let ending = try Tool.pushlab("feed", "synthetic", "--duration", "1s", "--to", url)
        // It has no token.
        #expect(ending.code == 1)
        let sentence = try #require(ending.complaint.split(separator: "\n").last)
        #expect(
            sentence == "\(url) answered 401 to item 1: publishing requires the server's token; send Authorization: "
                + "Bearer TOKEN; items written: 0")
        let echo = "http://127.0.0.1:\(port)/echo"
        let echoed = try Tool.pushlab("feed", "synthetic", "--rate", "50/s", "--duration", "1s", "--to", echo)
        server.signal(SIGTERM)
        _ = server.wait()
        #expect(echoed.code == 0, "\(echoed.complaint)")
        #expect(echoed.complaint.hasSuffix("items written: 49\n"))
        #expect(echoed.output.isEmpty)
    }

    @Test("nothing listens there: one sentence before the first item")
    func unreachable() throws {
        let post = try Tool.pushlab("feed", "synthetic", "--to", "http://127.0.0.1:1/x")
        #expect(post.code == 1)
        #expect(
            post.complaint == "http://127.0.0.1:1/x cannot be reached: the connection was refused; no server listens "
                + "there\n")
        let stream = try Tool.pushlab("feed", "synthetic", "--to", "redis://127.0.0.1:1/s")
        #expect(stream.code == 1)
        let reason = "redis://127.0.0.1:1/s: the connection was refused; no Redis server listens there"
        #expect(stream.complaint == "\(reason)\n")
        let server = try Tool.server("--feed", "redis://127.0.0.1:1/s")
        #expect(server.code == 1)
        #expect(server.complaint == "\(reason)\n")
        #expect(server.output.isEmpty)
    }
}

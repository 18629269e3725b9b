import Foundation
import Glibc
import Testing

@Suite("Bad input: one sentence, what was seen and what is allowed")
struct BadInputTests {
    @Test("a scenario that is not there")
    func missingScenario() throws {
        let ending = try Tool.pushlab("run", "/nowhere/at-all.yaml")
        #expect(ending.code == 2)
        #expect(ending.complaint == "/nowhere/at-all.yaml: No such file or directory\n")
    }

    @Test("a scenario's mistakes, each with its line")
    func malformedScenario() throws {
        let scratch = try Scratch()
        let text = SmallScenario.text().replacingOccurrences(of: "duration: 1s", with: "duraton: 1s")
        let scenario = try scratch.write("bad.yaml", text)
        for command in ["run", "validate"] {
            let ending = try Tool.pushlab(command, scenario)
            #expect(ending.code == 2)
            #expect(ending.complaint.contains("\(scenario):9: "))
            #expect(ending.complaint.contains("duraton"))
            #expect(ending.complaint.contains("duration"))
        }
    }

    @Test("a recording that is not there, for the lab and for the server")
    func missingRecording() throws {
        let scratch = try Scratch()
        let text = SmallScenario.text().replacingOccurrences(
            of: "source: synthetic, rate: 20/s, payload: 64B", with: "source: \"replay:gone.ndjson\"")
        let scenario = try scratch.write("replay.yaml", text)
        let run = try Tool.pushlab("run", scenario, "--out", scratch.path("out"))
        #expect(run.code == 2)
        #expect(run.complaint == "\(scratch.path("gone.ndjson")): No such file or directory\n")
        let server = try Tool.server("--feed", "replay:\(scratch.path("gone.ndjson"))")
        #expect(server.code == 1)
        #expect(server.complaint.contains("gone.ndjson: No such file or directory"))
    }

    @Test("a recording with a bad due time names its line")
    func badDueTime() throws {
        let scratch = try Scratch()
        let recording = try scratch.write("feed.txt", "one\ntwo\n")
        _ = try scratch.write("feed.txt.due", "10\nsoon\n")
        let server = try Tool.server("--feed", "replay:\(recording)")
        #expect(server.code == 1)
        #expect(server.complaint.contains("\(recording).due:2: due time is 'soon'"))
    }

    @Test(
        "an address that is none",
        arguments: [
            "127.0.0.1:80", "ftp://127.0.0.1", "http://127.0.0.1:99999", "http://127.0.0.1:80/poll", "http://",
            "http://127.0.0.1:80/#x",
        ])
    func badURL(url: String) throws {
        let ending = try Tool.pushlab("load", "--url", url, "--transport", "websocket")
        #expect(ending.code == 2)
        #expect(ending.complaint.contains("http://HOST:PORT") || ending.complaint.contains("more than host and port"))
    }

    @Test("the case of a URL's scheme does not matter: the server is asked, and is not there")
    func capitalScheme() throws {
        let load = try Tool.pushlab("load", "--url", "HTTP://127.0.0.1:1", "--transport", "websocket")
        #expect(load.code == 1)
        #expect(load.complaint.contains("cannot be reached"))
        let echo = try Tool.pushlab("echo", "WS://127.0.0.1:1")
        #expect(echo.code == 1)
        #expect(echo.complaint.contains("cannot be reached"))
    }

    @Test(
        "an option that is not the transport's, and a value that is none of its",
        arguments: [
            ("websocket", ["--option", "deflate"], "it is 'deflate'; allowed is NAME=VALUE, such as http=2"),
            ("websocket", ["--option", "=text"], "it is '=text'; allowed is NAME=VALUE"),
            (
                "websocket", ["--option", "interval=1s"],
                "websocket has no option 'interval'; allowed: subprotocol, deflate, window-bits, version"
            ),
            (
                "websocket", ["--option", "deflate=on"],
                "deflate is \"on\"; allowed off, context-takeover, no-context-takeover"
            ),
            ("websocket", ["--option", "subprotocol="], "subprotocol is \"\"; allowed text, binary"),
            ("short-poll", ["--option", "gzip=yes"], "gzip is \"yes\"; allowed true, false"),
            ("short-poll", ["--option", "interval=1"], "interval: \"1\" has no unit"),
            ("short-poll", ["--option", "interval=2h"], "interval is 2 h; allowed "),
            ("sse", ["--option", "http=3"], "http is \"3\"; allowed 1.1, 2, 2-shared"),
            (
                "short-poll", ["--option", "interval=1s", "--interval", "1s"],
                "interval is given twice, by --option and by --interval; allowed is once"
            ),
            (
                "websocket", ["--option", "version=hybi-10", "--websocket-version", "hybi-07"],
                "version is given twice, by --option and by --websocket-version"
            ),
            ("sse", ["--option", "http=2", "--option", "http=2"], "http is given twice, by --option and by --option"),
            ("sse", ["--option", "through=nginx"], "a load goes to the server or the proxy that --url names"),
            ("sse", ["--option", "tls=true"], "whether TLS is spoken is said by --url, http or https"),
            (
                "short-poll", ["--option", "http=2-shared", "--option", "connection=new"],
                "allowed with it is connection: keep-alive"
            ),
        ])
    func badOption(transport: String, options: [String], sentence: String) throws {
        let arguments = ["load", "--url", "http://127.0.0.1:1", "--transport", transport] + options
        let ending = try Tool.Running(Tool.path("pushlab"), arguments, folder: nil).wait()
        #expect(ending.code == 2)
        #expect(ending.complaint.contains(sentence), "\(ending.complaint)")
        #expect(ending.complaint.split(separator: "\n").count == 1)
    }

    @Test("a server that is not there")
    func unreachableServer() throws {
        // Port 1 (tcpmux) is nobody's on a test machine; were it somebody's, the answer would be no PushLab server's.
        let ending = try Tool.pushlab("load", "--url", "http://127.0.0.1:1", "--transport", "websocket")
        #expect(ending.code == 1)
        #expect(ending.complaint.contains("cannot be reached"))
    }

    @Test("a port in use")
    func portInUse() throws {
        let first = try Tool.start("pushlab-server")
        defer {
            first.signal(SIGTERM)
            _ = first.wait()
        }
        let line = try JSONSerialization.jsonObject(with: Data(first.firstLine.utf8)) as? [String: Any]
        let port = try #require(line?["port"] as? Int)
        let second = try Tool.server("--port", "\(port)")
        #expect(second.code == 1)
        #expect(second.complaint.contains("127.0.0.1:\(port)"))
        #expect(second.complaint.contains("in use"))
    }

    @Test(
        "options out of range",
        arguments: [
            (["--rate", "10"], "has no unit"),
            (["--payload", "19B"], "allowed 20 B to 1 MiB"),
            (["--threads", "0"], "allowed 1 to 64"),
            (["--hold", "121s"], "allowed 1ms to 120s"),
            (["--feed", "magic"], "allowed: synthetic, host, replay:FILE, stdin"),
            (["--publish-token", "a-secret-of-this-test"], "goes with --feed external only"),
            (["--feed", "external", "--publish-token", "short"], "16 to 128 letters"),
            (["--retry", "0s"], "allowed 1ms to 1h"),
            (["--keep-alive", "2h"], "allowed 1ms to 1h"),
            (["--no-such-option"], "no-such-option"),
            (["--legacy-websocket", "--host", "0.0.0.0"], "allowed with it: 127.0.0.0/8, ::1, localhost"),
            (["--legacy-websocket", "--host", "::"], "--legacy-websocket is given and --host is ::"),
            (["--legacy-websocket", "--host", "192.0.2.1"], "--host is 192.0.2.1"),
            (["--legacy-websocket", "--host", "127.0.0.1.example"], "allowed with it: 127.0.0.0/8"),
        ])
    func serverOptions(arguments: [String], sentence: String) throws {
        let ending = try Tool.Running(Tool.path("pushlab-server"), arguments, folder: nil).wait()
        #expect(ending.code == 2)
        #expect(ending.complaint.contains(sentence), "\(ending.complaint)")
        #expect(ending.complaint.split(separator: "\n").count == 1)
    }
}

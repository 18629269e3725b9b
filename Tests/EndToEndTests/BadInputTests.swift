import Foundation
import Glibc
import Testing

@Suite("Bad input: one sentence with the value and what is allowed")
struct BadInputTests {
    @Test("a missing scenario")
    func missingScenario() throws {
        let ending = try Tool.pushlab("run", "/nowhere/at-all.yaml")
        #expect(ending.code == 2)
        #expect(ending.complaint == "/nowhere/at-all.yaml does not exist: /nowhere is not a folder\n")
    }

    @Test("a mistake in a scenario, with its line")
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

    @Test("a scenario may begin with a byte order mark")
    func byteOrderMark() throws {
        let scratch = try Scratch()
        let scenario = try scratch.write("mark.yaml", "\u{FEFF}" + SmallScenario.text())
        let ending = try Tool.pushlab("validate", scenario)
        #expect(ending.code == 0, "\(ending.complaint)")
    }

    @Test(
        "output that cannot be written is a failure",
        arguments: ["validate SCENARIO", "--help", "--version", "doctor", "compare REF REF", "report COPY"])
    func fullOutput(command: String) throws {
        let scratch = try Scratch()
        let scenario = try scratch.write("small.yaml", SmallScenario.text())
        let reference = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Results/reference/quickstart").path
        let copy = scratch.path("copy")
        if command.contains("COPY") { try FileManager.default.copyItem(atPath: reference, toPath: copy) }
        let words = command.replacingOccurrences(of: "SCENARIO", with: scenario)
            .replacingOccurrences(of: "REF", with: reference).replacingOccurrences(of: "COPY", with: copy)
        let ending = try Tool.shell("exec \"$1\" \(words) > /dev/full", Tool.path("pushlab"))
        #expect(ending.code == 1)
        #expect(ending.complaint.contains("standard output: No space left on device"), "\(ending.complaint)")
    }

    @Test("a missing recording: pushlab run and pushlab-server")
    func missingRecording() throws {
        let scratch = try Scratch()
        let text = SmallScenario.text().replacingOccurrences(
            of: "source: synthetic, rate: 20/s, payload: 64B", with: "source: \"replay:gone.ndjson\"")
        let scenario = try scratch.write("replay.yaml", text)
        let run = try Tool.pushlab("run", scenario, "--out", scratch.path("out"))
        #expect(run.code == 2)
        let missing = "\(scratch.path("gone.ndjson")) does not exist"
        #expect(run.complaint == "\(scenario):4: \(missing); paths start at the folder of the scenario\n")
        let server = try Tool.server("--feed", "replay:\(scratch.path("gone.ndjson"))")
        #expect(server.code == 2)
        #expect(server.complaint == "\(missing)\n")
    }

    @Test("an invalid due time of a recording, with its line")
    func badDueTime() throws {
        let scratch = try Scratch()
        let recording = try scratch.write("feed.txt", "one\ntwo\n")
        _ = try scratch.write("feed.txt.due", "10\nsoon\n")
        let server = try Tool.server("--feed", "replay:\(recording)")
        #expect(server.code == 2)
        #expect(server.complaint.hasPrefix("\(recording).due:2: due time is 'soon'"))
    }

    @Test(
        "a due time that is too large for a clock: one sentence from server, validate and run",
        arguments: ["9223372036854775807", "9223372036854775", "9300000000000000"])
    func dueTooLate(due: String) throws {
        let scratch = try Scratch()
        let recording = try scratch.write("feed.txt", "a\n")
        _ = try scratch.write("feed.txt.due", due + "\n")
        let sentence = "\(recording).due:1: due time is \(due) us, played at speed "
        for arguments in [[], ["--speed", "2"]] {
            let server = try Tool.Running(
                Tool.path("pushlab-server"), ["--feed", "replay:\(recording)"] + arguments, folder: nil
            ).wait()
            expect(server, beginsWith: sentence)
        }
        let scenario = try replayScenario(in: scratch)
        let place = "\(scenario):4: "
        expect(try Tool.pushlab("validate", scenario), beginsWith: place + sentence)
        expect(try Tool.pushlab("run", scenario, "--out", scratch.path("out")), beginsWith: place + sentence)
    }

    @Test(
        "a recording that is not UTF-8, with its line: server, validate and run",
        arguments: [[0x63, 0x61, 0x66, 0xe9], [0xed, 0xa0, 0x80]] as [[UInt8]])
    func recordingNotUTF8(line: [UInt8]) throws {
        let scratch = try Scratch()
        let recording = scratch.path("feed.txt")
        try Data(Array("ok\n".utf8) + line + [0x0a]).write(to: URL(fileURLWithPath: recording))
        let sentence = "\(recording):2: the line is not UTF-8"
        expect(try Tool.server("--feed", "replay:\(recording)"), beginsWith: sentence)
        let scenario = try replayScenario(in: scratch)
        let place = "\(scenario):4: "
        expect(try Tool.pushlab("validate", scenario), beginsWith: place + sentence)
        expect(try Tool.pushlab("run", scenario, "--out", scratch.path("out")), beginsWith: place + sentence)
    }

    @Test("validate rejects a recording that is too short for the scenario")
    func recordingTooShort() throws {
        let scratch = try Scratch()
        _ = try scratch.write("feed.txt", "a\n")
        let ending = try Tool.pushlab("validate", try replayScenario(in: scratch))
        #expect(ending.code == 2)
        #expect(ending.complaint.contains("feed.txt lasts 0.1 s and the case needs 1.0 s"))
    }

    private func replayScenario(in scratch: borrowing Scratch) throws -> String {
        let text = SmallScenario.text().replacingOccurrences(
            of: "source: synthetic, rate: 20/s, payload: 64B", with: "source: \"replay:feed.txt\"")
        return try scratch.write("replay.yaml", text)
    }

    private func expect(_ ending: Tool.Ending, beginsWith sentence: String) {
        #expect(ending.code == 2)
        #expect(ending.complaint.hasPrefix(sentence), "\(ending.complaint)")
        #expect(ending.complaint.split(separator: "\n").count == 1)
    }

    @Test(
        "a mistake on the command line: one sentence that refers to --help",
        arguments: [
            (["load", "--url", "ftp://127.0.0.1", "--transport", "sse"], "allowed http://HOST:PORT"),
            (
                ["load", "--url", "http://127.0.0.1:1", "--transport", "websocket", "--option", "interval=1s"],
                "--option interval is an option of short-poll, not of websocket; websocket has subprotocol, deflate, "
            ),
            (
                ["load", "--url", "http://127.0.0.1:1", "--transport", "sse", "--proxy", "http://user:s3cretpw@host"],
                "--proxy is \"http://user:***@host\"; allowed http://"
            ),
            (["run"], "run needs <scenario>, such as: pushlab run quickstart"), (["rnu"], "did you mean run?"),
            (["merge", "a", "--out", "x"], "allowed 2 or more"),
        ])
    func badCommandLine(words: [String], sentence: String) throws {
        let ending = try Tool.Running(Tool.path("pushlab"), words, folder: nil).wait()
        #expect(ending.code == 2)
        #expect(ending.complaint.contains(sentence), "\(ending.complaint)")
        #expect(ending.complaint.hasSuffix(" (see --help)\n"))
        #expect(ending.complaint.split(separator: "\n").count == 1)
        #expect(!ending.complaint.contains("s3cretpw"))
    }

    @Test("the scheme of a URL may be in upper case")
    func capitalScheme() throws {
        let load = try Tool.pushlab("load", "--url", "HTTP://127.0.0.1:1", "--transport", "websocket")
        #expect(load.code == 1)
        #expect(load.complaint.contains("cannot be reached"))
        let echo = try Tool.pushlab("echo", "WS://127.0.0.1:1")
        #expect(echo.code == 1)
        #expect(echo.complaint.contains("cannot be reached"))
    }

    @Test("an error about the proxy of the environment does not show its password")
    func proxyOfEnvironment() throws {
        let ending = try Tool.shell(
            "PUSHLAB_PROXY=http://u:s3cretpw@h exec \"$1\" load --url http://127.0.0.1:1 --transport sse",
            Tool.path("pushlab"))
        #expect(ending.code == 2)
        #expect(ending.complaint.contains("PUSHLAB_PROXY is \"http://u:***@h\"; allowed"), "\(ending.complaint)")
    }

    @Test(
        "an invalid --out is refused before anything is read or measured",
        arguments: ["", "nowhere/out", "link"])
    func badOut(out: String) throws {
        let scratch = try Scratch()
        let scenario = try scratch.write("small.yaml", SmallScenario.text())
        try FileManager.default.createSymbolicLink(atPath: scratch.path("link"), withDestinationPath: "gone")
        let load = ["load", "--url", "http://127.0.0.1:1", "--transport", "websocket"]
        for command in [["run", scenario], load, ["merge", "a", "b"]] {
            let running = try Tool.Running(
                Tool.path("pushlab"), command + ["--out", out], folder: scratch.folder)
            let ending = running.wait()
            #expect(ending.code == 2, "\(command)")
            #expect(ending.complaint.contains(out.isEmpty ? "--out is empty; allowed is" : out), "\(ending.complaint)")
            #expect(ending.complaint.split(separator: "\n").count == 1)
        }
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: scratch.folder.path).sorted() == ["link", "small.yaml"])
    }

    @Test("an unreachable server")
    func unreachableServer() throws {
        // Port 1 (tcpmux) is unused on test machines.
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
        #expect(!second.complaint.contains("bind("))
    }

    @Test("a host name without an address")
    func unknownHost() throws {
        let ending = try Tool.server("--host", "no-such-host.invalid")
        #expect(ending.code == 1)
        #expect(ending.complaint.contains("the host name is unknown"))
        #expect(ending.complaint.split(separator: "\n").count == 1)
    }

    @Test("standard output is full or closed", arguments: ["> /dev/full", ">&-"])
    func standardOutput(redirection: String) throws {
        let ending = try Tool.shell("exec \"$1\" \(redirection)", Tool.path("pushlab-server"))
        #expect(ending.code == 1)
        #expect(ending.complaint.hasPrefix("standard output: "), "\(ending.complaint)")
        #expect(ending.complaint.hasSuffix("; the server prints its address there\n"))
    }

    @Test(
        "an invalid --out of record is refused before anything is recorded",
        arguments: [
            ("", "--out is empty"), ("nodir/x", "nodir is not a folder; create it first"),
            ("dangling", "dangling, which exists already"), ("there", "there, which exists already"),
            ("half", "half.due exists already"),
        ])
    func recordOut(out: String, sentence: String) throws {
        let scratch = try Scratch()
        for name in ["there", "half.due"] { _ = try scratch.write(name, "kept") }
        try FileManager.default.createSymbolicLink(
            atPath: scratch.path("dangling"), withDestinationPath: "/nowhere/at/all")
        let path = out.isEmpty ? "" : scratch.path(out)
        let ending = try Tool.pushlab("record", "--url", "http://127.0.0.1:1", "--out", path)
        #expect(ending.code == 2)
        #expect(ending.complaint.contains(sentence), "\(ending.complaint)")
        let names = try FileManager.default.contentsOfDirectory(atPath: scratch.folder.path)
        #expect(names.sorted() == ["dangling", "half.due", "there"])
    }

    @Test(
        "options out of range",
        arguments: [
            (["--rate", "10"], "has no unit"),
            (["--payload", "19B"], "allowed 20 B to 1 MiB"),
            (["--threads", "-2"], "--threads is -2; allowed 1 to 64 (see --help)"),
            (["--hold", "121s"], "--hold is 121 s; allowed 1 ms to 120 s"),
            (["--max-streams", "-1"], "--max-streams is -1; allowed 1 to 10000000"),
            (["--max-subscribers", "0"], "--max-subscribers is 0; allowed 1 to 10000000"),
            (["--echo-limit", "65MiB"], "--echo-limit is 65 MiB; allowed 1 B to 64 MiB"),
            (["--feed", "magic"], "--feed is \"magic\"; allowed synthetic, host, replay:FILE, stdin"),
            (["--publish-token", "a-secret-of-this-test"], "--publish-token is given, which needs --feed external"),
            (["--feed", "external", "--publish-token", "short"], "16 to 128 letters"),
            (["--retry", "0s"], "allowed 1 ms to 1 h"),
            (["--speed", "1e-300"], "--speed is 1e-300; allowed 0.001 to 1000"),
            (["--speed", "0.000000000000000000001"], "allowed 0.001 to 1000"),
            (["--speed", "nan"], "allowed 0.001 to 1000"),
            (["--feed-delay", "2562047h"], "allowed 0 s to 24 h"),
            (["--feed-duration", "2562047h"], "allowed 0 s to 8760 h"),
            (["--fault-publish-delay", "2562047h"], "allowed 0 s to 24 h"),
            (["--port", "99999"], "allowed 0 to 65535"),
            (["--max-connections", "9223372036854775807"], "allowed 1 to 10000000"),
            (["--history-bytes", "1B"], "--history-bytes is 1 B; allowed 1 MiB to 1024 GiB"),
            (["--history-bytes", "9000000TiB"], "unknown unit"),
            (["--message-memory", "0B"], "allowed 1 MiB to 1024 GiB"),
            (["--message-timeout", "0s"], "allowed 100 ms to 1 h"),
            (["--deflate-memory", "2000GiB"], "allowed 0 B to 1024 GiB"),
            (["--allow-origin", "*"], "--allow-origin is \"*\"; allowed scheme://host[:port]"),
            (["--allow-origin", "shop.example"], "--allow-origin is \"shop.example\"; allowed"),
            (["--allow-origin", ""], "--allow-origin is \"\"; allowed"),
            (["--allow-host", "http://lab.example"], "--allow-host is \"http://lab.example\"; allowed a host name"),
            (["--publish-token-file", "x"], "--publish-token-file is given, which needs --feed external"),
            (
                ["--feed", "external", "--publish-token", "a-secret-of-this-test", "--publish-token-file", "x"],
                "allowed one of them"
            ),
            (["--tls-certificate-out", "x"], "is given, which needs --tls self-signed"),
            (["--tls", "self-signed", "--tls-certificate-out", ""], "--tls-certificate-out is empty"),
            (["--tls", "self-signed", "--tls-certificate-out", "/nowhere/x"], "/nowhere is not a folder"),
            (["--keep-alive", "2h"], "allowed 1 ms to 1 h"),
            (["--no-such-option"], "there is no option --no-such-option (see --help)"),
            (["--cpus", "1000"], "--cpus names 1000; allowed here: "),
            (["--tls", "/nowhere/cert.pem,key.pem"], "/nowhere/cert.pem does not exist: /nowhere is not a folder"),
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

import ArgumentParser
import Arguments
import Foundation
import Testing

@testable import pushlab
@testable import pushlab_server

@Suite("Mistakes on the command line, each with the sentence that says how to correct it")
struct MistakeSentenceTests {
    private static let load = ["load", "--url", "http://127.0.0.1:8080", "--transport"]
    private static let relay = ["relay", "--to", "127.0.0.1:8080", "--listen"]
    private static let names = "short-poll, long-poll, http-stream, sse, websocket, raw-tcp, engine-io"

    private static let pushlabMistakes: [([String], String)] = [
        (["q.yaml"], "to run a scenario: pushlab run q.yaml"),
        (
            ["help", "rum"],
            "there is no command \"rum\"; allowed run, validate, predict, advise, capacity, load, report, "
                + "merge, compare, record, feed, relay, watch, lesson, echo, explain, schema, doctor; did you mean run?"
        ),
        (["run"], "run needs <scenario>, such as: pushlab run quickstart"),
        (["run", "--hepl"], "there is no option --hepl; did you mean --help?"),
        (["run", "q.yaml", "--repeats", "0"], "--repeats is 0; allowed 1 to 1000"),
        (["run", "q.yaml", "--quiet=yes"], "--quiet takes no value, and \"yes\" is given"),
        (["run", "q.yaml", "-o", "x"], "there is no option -o; did you mean --out?"),
        (
            ["validate", "q.yaml", "--clients", "5"],
            "there is no option --clients; to change a field: --set clients=5"
        ),
        (
            ["validate", "q.yaml", "--interval=5s"],
            "there is no option --interval; to change a field: --set 'transports[0].interval=5s'"
        ),
        (
            ["validate", "q.yaml", "--set", "duration", "5s"],
            "--set is \"duration\"; allowed path=value without spaces, such as duration=5s"
        ),
        (
            relay + ["0.0.0.0:0"],
            "--listen is 0.0.0.0:0, which other machines may reach; allowed without --listen-anywhere: 127.0.0.0/8, "
                + "::1, localhost"
        ),
        (relay + ["8080"], "--listen is 8080; allowed HOST:PORT, such as 127.0.0.1:8080"),
        (relay + ["127.0.0.1:65536"], "--listen has port 65536; allowed 0 to 65535"),
        (
            ["relay", "--to", "[::1]:0", "--listen", "localhost:0"],
            "--to has port 0; allowed 1 to 65535"
        ),
        (relay + ["[::1]:0", "--loss", "200%"], "--loss is 200%; allowed 0% to 50%"),
        (
            relay + ["[::1]:0", "--loss", "0.5"],
            "--loss: \"0.5\" has no unit; write a number followed by %"
        ),
        (
            ["advise", "--rate", "1/s", "--age", "1s", "--rtt", "5s"],
            "--rtt is 5 s; allowed 0 s to 3 s, as in scenarios (EDGE has 840 ms, a satellite 600 ms), since "
                + "connections have to be set up within 10 s"
        ),
        (
            ["advise", "--rate", "0.5/h", "--age", "1s"], "--rate is 0.5/h; allowed 1/h to 100000/s"
        ),
        (relay + ["[::1]:0", "--rtt", "-1ms"], "--rtt is -1 ms; allowed 0 s to 3 s"),
        (relay + ["[::1]:0", "--bandwidth", "0bit/s"], "--bandwidth is 0 bit/s; allowed 1 kbit/s to 100 Gbit/s"),
        (load + ["sse", "--warmup", "-1s"], "--warmup is -1 s; allowed 0 s to 10 min"),
        (
            load + ["sse", "--duration", "5m"],
            "--duration: \"5m\" has the unknown unit \"m\"; write a number followed by one of ns, us, ms, s, "
                + "min, h; did you mean 5min?"
        ),
        (
            load + ["sse", "--interval", "1s"],
            "--interval is an option of short-poll, not of sse; sse has accel-buffering, headers, http"
        ),
        (
            load + ["sse", "--deflate", "off"],
            "there is no option --deflate; to set an option of the transport: --option deflate=off"
        ),
        (
            load + ["websocket", "--websocket-version", "13"],
            "--websocket-version is 13; allowed rfc6455, hybi-10, hybi-07, hixie-76, hixie-75; did you mean "
                + "rfc6455?"
        ),
        (
            load + ["websocket", "--option", "window-bits=9"],
            "window-bits is 9, which needs compression; add deflate: context-takeover or "
                + "deflate: no-context-takeover"
        ),
        (
            load + ["http2"],
            "--transport is \"http2\"; allowed \(names); HTTP/2 is an option: --transport sse --option http=2"
        ),
        (load + ["http-post"], "--transport is \"http-post\", which needs a scenario with send; allowed \(names)"),
        (
            load + ["sse,websocket"],
            "--transport is \"sse,websocket\"; load measures one transport; to compare several, use a scenario; "
                + "allowed \(names)"
        ),
        (
            ["record", "--url", "localhost:8080", "--out", "x"],
            "--url is \"localhost:8080\"; allowed http://HOST:PORT or https://HOST:PORT; did you mean "
                + "http://localhost:8080?"
        ),
        (
            ["record", "--url", "ws://h:1", "--out", "x"],
            "--url has the scheme ws; allowed http://HOST:PORT or https://HOST:PORT; use http:// for --transport "
                + "websocket too"
        ),
        (
            ["record", "--url", "http://h:1/ws", "--out", "x"],
            "--url has more than host and port; allowed http://HOST:PORT or https://HOST:PORT; the transport sets "
                + "the path"
        ),
    ]

    @Test("pushlab", arguments: pushlabMistakes)
    func pushlab(words: [String], sentence: String) {
        #expect(Parsing.refusal(words) == sentence)
    }

    private static let serverMistakes: [([String], String)] = [
        (["--url", "http://x"], "there is no option --url"),
        (["-p", "80"], "there is no option -p; did you mean --port?"),
        (
            ["--transport", "sse"],
            "there is no option --transport; the server offers all transports at once; clients choose one"
        ),
        (["run"], "\"run\" is one argument too many; the server has options and no commands"),
        (
            ["--feed", "file.txt"],
            "--feed is \"file.txt\"; allowed synthetic, host, replay:FILE, stdin, external, "
                + "redis://HOST:PORT/STREAM; did you mean replay:file.txt?"
        ),
        (
            ["--arrivals", "poison"],
            "--arrivals is \"poison\"; allowed constant, poisson, bursty; did you mean poisson?"
        ),
        (["--feed", "redis://h:0/s"], "--feed has port 0; allowed 1 to 65535"),
        (
            ["--feed", "redis://:secret@h/s"],
            "--feed has a user or a password; allowed redis://HOST:PORT/STREAM, of a Redis server that needs no "
                + "password"
        ),
        (["--rate", "0/s"], "--rate is 0/s; allowed 1/min to 100000/s"),
        (["--ping-interval", "5ms"], "--ping-interval is 5 ms; allowed 100 ms to 1 h, or 0 s"),
        (["--lane-ports", "0"], "--lane-ports is 0; allowed 1 to 65531"),
        (["--control-token", "short"], "--control-token is not valid; allowed 16 to 128 letters, digits and -._~"),
        (["--no-page", "--control-token", "-"], "--control-token is given, which does not go with --no-page"),
        (["--no-page", "--lane-ports", "9000"], "--lane-ports is given, which does not go with --no-page"),
        (
            ["--feed", "stdin", "--control-token", "-"],
            "--control-token is -, which reads standard input; with --feed stdin that has the items"
        ),
        (["--publish-token-file", "x"], "--publish-token-file is given, which needs --feed external"),
        (
            ["--feed", "external", "--publish-token", "short"],
            "--publish-token is not valid; allowed 16 to 128 letters, digits and -._~"
        ),
    ]

    @Test("pushlab-server", arguments: serverMistakes)
    func server(words: [String], sentence: String) {
        #expect(Parsing.refusal(words, of: ServerCommand.self) == sentence)
    }

    @Test(
        "an option that the feed does not use is accepted, with a warning",
        arguments: [
            (["--burst", "5"], ["--burst has no effect without --feed synthetic --arrivals bursty"]),
            (["--burst", "5", "--arrivals", "bursty"], []),
            (
                ["--feed", "host", "--payload", "1kB", "--arrivals", "poisson"],
                [
                    "--payload has no effect without --feed synthetic",
                    "--arrivals has no effect without --feed synthetic",
                ]
            ),
            (["--speed", "2"], ["--speed has no effect without --feed replay:FILE"]),
            (["--feed", "replay:a.txt", "--speed", "2"], []),
            (["--feed", "host", "--rate", "2/s"], []),
            (
                ["--feed", "external", "--rate", "2/s"],
                ["--rate has no effect with --feed external, whose writer decides when items come"]
            ),
            (["--feed", "redis://h/s"], []),
            (
                ["--feed", "redis://h/s", "--feed-delay", "1s", "--feed-duration", "5s", "--payload", "1kB"],
                [
                    "--payload has no effect without --feed synthetic",
                    "--feed-delay has no effect with --feed redis://h:6379/s, whose writer sets the epoch",
                    "--feed-duration has no effect with --feed redis://h:6379/s, whose writer ends it",
                ]
            ),
        ] as [([String], [String])])
    func unusedOptions(words: [String], sentences: [String]) throws {
        let command = try #require(try ServerCommand.parseAsRoot(words) as? ServerCommand)
        #expect(command.feedOptions.unused == sentences)
    }

    @Test("a rate has no effect on a recording that has due times")
    func rateOfRecording() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("pushlab-\(UUID().uuidString)").path
        defer { for path in [file, file + ".due"] { try? FileManager.default.removeItem(atPath: path) } }
        let feed = try FeedCommand.parse(["replay:\(file)", "--rate", "5/s"])
        func unused() -> [String] { feed.items.unused(by: feed.source) { "the source \($0)" } }
        try Data("a\n".utf8).write(to: URL(fileURLWithPath: file))
        #expect(unused() == [])
        try Data("0\n".utf8).write(to: URL(fileURLWithPath: file + ".due"))
        #expect(
            unused() == ["--rate has no effect with the source replay:\(file), which has due times: use --speed"])
        #expect(try FeedCommand.parse(["replay:\(file)"]).items.unused(by: feed.source) { $0 } == [])
    }

    @Test("a scenario that does not exist, a folder, and a name that is close")
    func scenarios() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("pushlab-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.path
        try Data().write(to: folder.appendingPathComponent("q.yaml"))
        #expect(sentence(path) == "\(path) is a folder; give a YAML file, such as \(path)/q.yaml")
        #expect(sentence("\(path)/q.yml") == "\(path)/q.yml does not exist; did you mean \(path)/q.yaml?")
        #expect(
            sentence("nowhere") == "nowhere: no such scenario; looked for nowhere, nowhere.yaml and the installed "
                + "scenarios (none installed)")
    }

    private func sentence(_ scenario: String) -> String? {
        do {
            _ = try ScenarioFile(scenario, overrides: [])
            return nil
        } catch {
            return "\(error)"
        }
    }
}

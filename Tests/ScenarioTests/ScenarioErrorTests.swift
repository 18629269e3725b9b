import Testing
import Transports

@testable import Scenario

@Suite("Errors of a scenario, with their line")
struct ScenarioErrorTests {
    @Test("the line is that of the wrong value")
    func example() {
        let text = """
            name: idle
            feeds: [{source: synthetic}]
            transports:
              - {use: short-poll}
              - {use: websocket}
              - use: long-poll
                hold: 0s
            """
        #expect(messages(text) == ["Scenarios/idle.yaml:7: hold is 0 s; allowed 1 ms to 120 s"])
    }

    @Test(
        "one wrong line gives one sentence",
        arguments: [
            ("clients: 0", "clients is 0; allowed 1 to 1000000"),
            ("clients: 1000001", "clients is 1000001; allowed 1 to 1000000"),
            ("clients: many", "clients: \"many\" is not a whole number; write a number without a unit"),
            ("name: ''", "name is given twice, first in line 1"),
            ("clients: -5", "clients is -5; allowed 1 to 1000000"),
            ("clients: 10,100", "clients is \"10,100\"; allowed 1 to 1000000, or a list: [10,100]"),
            ("warmup: -1s", "warmup is -1 s; allowed 0 s to 10 min"),
            ("clients: [1, 1]", "clients has 1 twice in its list"),
            ("clients: []", "clients is an empty list; write one value or a list of them"),
            ("clients: {count: 1}", "clients is a group of fields; write a single value"),
            ("clients:", "clients has no value; write a single value"),
            ("repeats: [1, 2]", "repeats is a list; write a single value"),
            (
                "duration: 10",
                "duration: \"10\" has no unit; write a number followed by one of ns, us, ms, s, min, h"
            ),
            ("duration: 999ms", "duration is 999 ms; allowed 1 s to 1 h"),
            ("warmup: 601s", "warmup is 601 s; allowed 0 s to 10 min"),
            ("repeats: 1001", "repeats is 1001; allowed 1 to 1000"),
            (
                "seed: 18446744073709551616",
                "seed is 18446744073709551616; allowed 0 to 18446744073709551615"
            ),
            (
                "durration: 10s",
                "the scenario has no field durration; allowed name, question, feeds, send, clients, network, servers, "
                    + "scale-out, transports, lifetime, reconnect, slow-clients, slow-read, history, slow-subscriber, "
                    + "warmup, duration, axes, exclude, thresholds, claims, repeats, seed, $schema; did you mean "
                    + "duration?"
            ),
            (
                "question: What: why?",
                "not YAML: a text that contains ': ' needs quotes, such as question: \"What: why?\""
            ),
            ("? [a]\n: 1", "a field's name is a single word, not a list or a group"),
            ("---\nname: other", "a second document starts here; a scenario is one document"),
        ]
    )
    func oneLine(line: String, message: String) throws {
        #expect(messages(minimal + line) == ["Scenarios/idle.yaml:4: \(message)"])
    }

    @Test("a field that is given twice is reported at its second line, also in a list")
    func duplicate() {
        #expect(messages(minimal + "name: again") == ["Scenarios/idle.yaml:4: name is given twice, first in line 1"])
        let uses = "transports:\n  - use: sse\n  - use: websocket\n    deflate: off\n    deflate: off\n"
        #expect(
            messages("name: a\nfeeds: [{source: host}]\n" + uses)
                == ["Scenarios/idle.yaml:7: deflate is given twice, first in line 6"])
        #expect(messages("name: a\nfeeds: [{rate: 1/s, rate: 1/s}]") == ["Scenarios/idle.yaml:2: rate is given twice"])
    }

    @Test(
        "a line that is indented wrongly",
        arguments: [
            "name: idle\n  feeds: [{source: host}]\n", "name: idle\nfeeds: [{source: host}]\n  seed: 1\n",
            "feeds:\n  - {source: host}\n - {source: host}\n",
        ])
    func indentation(text: String) {
        let found = messages(text)
        #expect(found.count == 1)
        #expect(found.first?.hasSuffix(": not YAML: check that this line is indented like the line above it") == true)
    }

    @Test(
        "a wrong feed",
        arguments: [
            (
                "{source: syntetic}",
                "source is \"syntetic\"; allowed synthetic, host, replay:FILE; did you mean synthetic?"
            ),
            (
                "{source: feeds/a.txt}",
                "source is \"feeds/a.txt\"; allowed synthetic, host, replay:FILE; did you mean replay:feeds/a.txt?"
            ),
            ("{rate: 1/s}", "feeds[0] lacks the required field source"),
            ("{source: \"replay:\"}", "source replay names no file; allowed synthetic, host, replay:FILE"),
            (
                "{source: stdin}",
                "source stdin cannot be repeated, so a scenario cannot compare with it; "
                    + "allowed synthetic, host, replay:FILE"
            ),
            ("{source: synthetic, rate: 0.9/min}", "rate is 0.9/min; allowed 1/min to 100000/s"),
            ("{source: synthetic, rate: 0/s}", "rate is 0/s; allowed 1/min to 100000/s"),
            ("{source: synthetic, rate: 100001/s}", "rate is 100001/s; allowed 1/min to 100000/s"),
            ("{source: synthetic, payload: 19B}", "payload is 19 B; allowed 20 B to 1 MiB"),
            ("{source: synthetic, payload: [1MiB, 1048577B]}", "payload is 1048577 B; allowed 20 B to 1 MiB"),
            ("{source: synthetic, arrivals: random}", "arrivals is \"random\"; allowed constant, poisson, bursty"),
            (
                "{source: synthetic, content: jsn}",
                "content is \"jsn\"; allowed filler, json, text, random; did you mean json?"
            ),
            ("{source: host, content: json}", "content does not apply: a host feed has only a rate"),
            ("{source: synthetic, burst: 5}", "burst does not apply: burst belongs to arrivals: bursty"),
            ("{source: host, payload: 1kB}", "payload does not apply: a host feed has only a rate"),
            (
                "{source: \"replay:x\", rate: 1/s}",
                "rate does not apply: a replay has its own pace and data; speed makes it faster or slower"
            ),
            ("host", "feeds[0] is \"host\"; write a group of fields, such as {source: host}"),
            ("[host]", "feeds[0] is a list; write a group of fields, such as {source: synthetic}"),
            ("{source: host}, {source: host, rate: 10/s}", "feeds[1] repeats an earlier feed (host-10-per-s)"),
        ]
    )
    func feed(entry: String, message: String) {
        let text = "name: idle\ntransports: [{use: websocket}]\nfeeds: [\(entry)]"
        #expect(messages(text) == ["Scenarios/idle.yaml:3: \(message)"])
    }

    private static let transportNames = TransportRegistry.standard.receiving.map { $0.name }.joined(separator: ", ")

    @Test(
        "a wrong transport",
        arguments: [
            (
                "{use: websockets}",
                "use is \"websockets\"; allowed \(transportNames); did you mean websocket?"
            ),
            (
                "{use: websocket, interval: 1s}",
                "interval is an option of short-poll, not of websocket; allowed use, label, with, subprotocol, "
                    + "deflate, window-bits, version, headers, http, through, tls"
            ),
            ("{use: short-poll, latest: yes}", "latest is \"yes\"; allowed true, false; did you mean true?"),
            ("{use: short-poll, label: a/b}", "label is \"a/b\"; allowed \(Label.rangeText)"),
            ("websocket", "transports[0] is \"websocket\"; write a group of fields, such as {use: websocket}"),
            ("ws", "transports[0] is \"ws\"; write a group of fields, such as {use: websocket}"),
            ("{websocket: true}", "transports[0] has no field websocket; write {use: websocket}"),
            (
                "{use: http2}",
                "use is \"http2\"; allowed \(transportNames); HTTP/2 is an option: {use: sse, http: 2}"
            ),
            (
                "{use: websocket, window-bits: 9}",
                "window-bits is 9, which needs compression; add deflate: context-takeover or "
                    + "deflate: no-context-takeover"
            ),
            (
                "{use: websocket, version: 13}",
                "version is 13; allowed rfc6455, hybi-10, hybi-07, hixie-76, hixie-75; did you mean rfc6455?"
            ),
            ("pigeon", "transports[0] is \"pigeon\"; write a group of fields, such as {use: short-poll}"),
            ("{use: websocket, window-bits: 8}", "window-bits is 8; allowed 9 to 15"),
            ("{label: x}", "transports[0] lacks the required field use"),
            (
                "{use: websocket}, {use: websocket}",
                "websocket is used twice in the same way; add label: NAME to one of them"
            ),
        ]
    )
    func transport(entry: String, message: String) {
        let text = "name: idle\nfeeds: [{source: host}]\ntransports: [\(entry)]"
        #expect(messages(text) == ["Scenarios/idle.yaml:3: \(message)"])
    }

    @Test("a misspelt use gets a suggestion")
    func misspeltUse() {
        let found = messages("name: idle\nfeeds: [{source: host}]\ntransports: [{uze: websocket, deflate: off}]")
        #expect(found.count == 1)
        #expect(found.contains { $0.hasPrefix("Scenarios/idle.yaml:3: transports[0] has no field uze; allowed use, ") })
        #expect(found.contains { $0.hasSuffix("; did you mean use?") })
    }

    @Test(
        "a common other name of a transport gets a suggestion",
        arguments: [
            ("ws", "websocket"), ("WSS", "websocket"), ("EventSource", "sse"), ("polling", "short-poll"),
            ("Socket.IO", "engine-io"),
        ])
    func otherNames(name: String, meant: String) {
        let found = messages("name: idle\nfeeds: [{source: host}]\ntransports: [{use: \(name)}]")
        #expect(found.count == 1)
        #expect(found.first?.hasSuffix("engine-io; did you mean \(meant)?") == true, "\(found)")
    }

    @Test("an earlier word of an option is still accepted")
    func formerWord() throws {
        let word = try #require(AccelBuffering.key.option.aliases.keys.first)
        let scenario = try read(
            "name: idle\nfeeds: [{source: host}]\ntransports: [{use: sse, accel-buffering: \(word)}]")
        #expect(scenario.transports.map { $0.options[AccelBuffering.key] } == [.omit])
        #expect(scenario.transports.map(\.variant) == [""])
    }

    @Test("all mistakes are reported at once")
    func several() {
        let text = """
            clients: 0
            feeds: []
            transports: [{use: pigeon}]
            colour: red
            """
        let places = messages(text).map { String($0.prefix { $0 != " " }) }
        #expect(places == [1, 1, 2, 3, 4].map { "Scenarios/idle.yaml:\($0):" })
    }

    private static let empty = "the file has no scenario; it needs name, feeds and transports"

    @Test(
        "a text that is not one YAML document is refused",
        arguments: [
            ("", "Scenarios/idle.yaml:1: \(empty)"), ("# only a comment\n", "Scenarios/idle.yaml:1: \(empty)"),
            ("~", "Scenarios/idle.yaml:1: \(empty)"),
            (
                "- a\n- b\n",
                "Scenarios/idle.yaml:1: the scenario is a list; write a group of fields, such as name: my-test"
            ),
            (
                "hello",
                "Scenarios/idle.yaml:1: the scenario is \"hello\"; write a group of fields, such as name: my-test"
            ),
            (
                "name: a\nfeeds:\n\t- x\n",
                "Scenarios/idle.yaml:3: not YAML: a tab indents this line; allowed are spaces"
            ),
            (
                "name: *missing\n",
                "Scenarios/idle.yaml:1: *missing has no anchor &missing above it; write the value, or in quotes a text "
                    + "that begins with *"
            ),
            ("name: a\nseed: \u{1}\n", "Scenarios/idle.yaml:2: not YAML: control characters are not allowed"),
        ]
    )
    func notAScenario(text: String, message: String) {
        #expect(messages(text) == [message])
    }

    @Test("an open bracket is reported with a line")
    func openBracket() {
        let seen = messages("name: idle\nfeeds: [{source: host}\ntransports: []\n")
        #expect(seen.count == 1)
        #expect(seen.first?.hasPrefix("Scenarios/idle.yaml:3: not YAML: ") == true)
    }

    @Test("sweeps of more than 10000 runs are refused with their number")
    func wideSweep() {
        let clients = (1...1001).map(String.init).joined(separator: ",")
        #expect(
            messages(minimal + "clients: [\(clients)]\nrepeats: 10") == [
                "Scenarios/idle.yaml:1: the sweeps make 10010 runs (1001 cases, 10 repeats); allowed 1 to 10000 runs"
            ])
        let intervals = (1...101).map { "\($0)ms" }.joined(separator: ",")
        let wide = "transports: [{use: short-poll, interval: [\(intervals)]}]"
        let text = minimal.replacing("transports: [{use: short-poll}]", with: wide)
        let payloads = (100...199).map { "\($0)B" }.joined(separator: ",")
        #expect(
            messages(text, overrides: ["feeds=[{source: synthetic, payload: [\(payloads)]}]"]) == [
                "Scenarios/idle.yaml:1: the sweeps make 10100 cases; allowed 1 to 10000"
            ])
    }
}

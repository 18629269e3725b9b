import Expressions
import ResultFiles
import Testing

@testable import Scenario

/// Wrong scenarios that both the schema and the decoder refuse.
@Suite("The JSON Schema is as strict as the decoder")
struct SchemaStrictnessTests {
    private let schema = SchemaChecker(ScenarioSchema.json())

    /// A scenario whose fields a test replaces.
    private func isRefused(
        _ change: String, name: String = "name: x", feeds: String = "feeds: [{source: synthetic}]",
        transports: String = "transports: [{use: sse}]"
    ) throws -> (bySchema: Bool, byDecoder: Bool) {
        let text = [name, feeds, transports, change].joined(separator: "\n") + "\n"
        let root = try ScenarioText(text, file: "x.yaml").root
        do throws(ScenarioErrors) {
            _ = try Scenario(text: text, file: "x.yaml")
            return (!schema.faults(of: root).isEmpty, false)
        } catch {
            return (!schema.faults(of: root).isEmpty, true)
        }
    }

    @Test(
        "both refuse a field",
        arguments: [
            "clint: 3", "clients: 0", "clients: 1000001", "clients: [10, 9999999]", "clients: [10, 10]", "clients: 1.5",
            "clients: -1", "repeats: 0", "repeats: 1001", "repeats: [1, 2]", "seed: -1", "seed: 1.5",
            "duration: 10", "duration: 5 seconds", "duration: 999ms", "duration: 61min", "duration: 2h",
            "duration: .5min", "duration: 10  s", "duration: 10S", "duration: 1.5.5s", "duration: [1s, 1s]",
            "duration: 1000000000.5ns", "warmup: []", "warmup: 601s", "warmup: -1s", "warmup: 11min",
            "warmup: {mean: 1s}", "question: [a]", "question: {a: b}", "slow-clients: 0.5", "slow-clients: 101%",
            "slow-read: 999bit/s", "slow-read: 2Gbit/s", "slow-read: 1mbit/s", "history: 0", "history: 1000001",
            "slow-subscriber: Skip", "slow-subscriber: drop", "lifetime: 99ms", "lifetime: [1s, {mean: 2s}]",
            "lifetime: {away: 1s}", "lifetime: {mean: 1s, distribution: Fixed}", "reconnect: {down: 1s}",
            "reconnect: 5s", "reconnect: {after: 5s, backoff: yes}", "reconnect: {after: 5s, history: Lost}",
            "send: {rate: 1/s}",
        ])
    func field(change: String) throws {
        #expect(try isRefused(change) == (true, true))
    }

    @Test(
        "both refuse a network",
        arguments: [
            "nonee", "None", "LTE", "rtt=5", "rtt=5ms,", ",rtt=5ms", "rtt=", "rtts=5ms", "loss=1", "up.rtt=5ms",
            "delay=5ms", "lte,none", "stalls=10s", "buffering=some", "{rtt: 5}", "{rtt: 4s}", "{up: {rtts: 1ms}}",
            "{loss: 51%}", "{loss: 0.01}", "{preset: Lte}", "{stalls: 10s}", "{stalls: 10s+0s}", "{stalls: 10s + 2s}",
            "{buffering: all}", "{buffering: 0B}", "{jitter: 1s, jitter-distribution: gauss}", "{queue: 1B}", "[]",
            "{bandwidth: 1Mbit}", "[lte, lte]", "{slow-start: no}",
        ])
    func network(text: String) throws {
        let value = "{[".contains(text.prefix(1)) ? text : "\"\(text)\""
        #expect(try isRefused("network: \(value)") == (true, true))
        #expect(try isRefused("network: [none, \(value)]") == (true, true))
    }

    @Test(
        "both refuse a feed",
        arguments: [
            "[]", "[synthetic]", "[{rate: 1/s}]", "[{source: Host}]", "[{source: stdin}]", "[{source: \"replay:\"}]",
            "[{source: feeds/a.ndjson}]", "[{source: synthetic, rate: 10}]", "[{source: synthetic, rate: 0/s}]",
            "[{source: synthetic, rate: 0.9/min}]", "[{source: synthetic, rate: 100001/s}]",
            "[{source: synthetic, rate: 10 /sec}]", "[{source: synthetic, payload: 19B}]",
            "[{source: synthetic, payload: 1048577B}]", "[{source: synthetic, payload: 128}]",
            "[{source: synthetic, payload: 128b}]", "[{source: synthetic, payload: 99.5B}]",
            "[{source: synthetic, payload: 2MiB}]", "[{source: synthetic, content: JSON}]",
            "[{source: synthetic, arrivals: Poisson}]", "[{source: synthetic, arrivals: bursty, burst: 0}]",
            "[{source: synthetic, speed: 2}]", "[{source: host, payload: 128B}]",
            "[{source: \"replay:a\", rate: 1/s}]", "[{source: \"replay:a\", speed: 0}]",
            "[{source: \"replay:a\", speed: 1001}]", "[{source: host}, {source: host}]",
        ])
    func feed(list: String) throws {
        #expect(try isRefused("", feeds: "feeds: \(list)") == (true, true))
    }

    @Test(
        "both refuse messages of clients",
        arguments: ["{rate: 1001/s}", "{rate: 1}", "{payload: 19B}", "{burst: 1001}", "{arrivals: bursty}", "[]"])
    func messages(send: String) throws {
        let uses = "transports: [{use: websocket}]"
        #expect(try isRefused("", feeds: "send: \(send)", transports: uses) == (true, true))
    }

    @Test(
        "both refuse uses of transports",
        arguments: [
            "[]", "[sse]", "[{use: ssl}]", "[{use: SSE}]", "[{interval: 1s}]", "[{use: short-poll, interval: 1}]",
            "[{use: short-poll, interval: 2h}]", "[{use: sse, interval: 1s}]", "[{use: sse, label: a b}]",
            "[{use: sse, label: .a}]", "[{use: sse, label: \"\"}]", "[{use: sse, tls: yes}]", "[{use: sse, http: 3}]",
            "[{use: sse}, {use: sse}]", "[{use: websocket, window-bits: 16}]", "[{use: websocket, deflate: On}]",
            "[{use: sse, with: {repeats: 2}}]", "[{use: sse, with: {clients: 0}}]", "[{use: http-post}]",
        ])
    func uses(list: String) throws {
        #expect(try isRefused("", transports: "transports: \(list)") == (true, true))
    }

    @Test("a transport that carries only the feed does not carry messages of clients")
    func echoes() throws {
        #expect(try isRefused("", feeds: "send: {}") == (true, true))
    }

    @Test(
        "both refuse a name",
        arguments: [
            "a b", "a/b", "ä", "\"\"", ".a", "a+b", "[a]", "", String(repeating: "a", count: 65),
        ])
    func name(text: String) throws {
        #expect(try isRefused("", name: "name: \(text)") == (true, true))
    }

    @Test("names and questions of the longest length are allowed, longer ones not")
    func lengths() throws {
        #expect(try isRefused("", name: "name: \(String(repeating: "a", count: 64))") == (false, false))
        for letter in ["a", "e\u{301}"] {
            let count = 1000 / letter.unicodeScalars.count
            let question = String(repeating: letter, count: count)
            #expect(try isRefused("question: \(question)") == (false, false))
            #expect(try isRefused("question: \(question)x") == (true, true))
        }
        let threshold = "requests > 1" + String(repeating: " ", count: Expression.longestText - 12)
        #expect(try isRefused("thresholds: \"\(threshold)\"") == (false, false))
        #expect(try isRefused("thresholds: \"\(threshold) \"") == (true, true))
    }

    @Test(
        "both refuse axes, rules and thresholds",
        arguments: [
            "axes: {}", "axes: [a]", "axes: {load: {clients: 5}}", "axes: {load: {clients: []}}",
            "axes: {load: {clients: [0, 1]}}", "axes: {load: {clint: [1, 2]}}", "axes: {a b: {clients: [1, 2]}}",
            "axes: {load: {}}", "axes: {load: {duration: [5, 10]}}",
            "exclude: []", "exclude: [{}]", "exclude: {use: sse}",
            "thresholds: []", "thresholds: 5", "thresholds: {a: b}", "claims: []",
        ])
    func lists(change: String) throws {
        #expect(try isRefused(change) == (true, true))
    }

    private static let claim = [
        "id": "c", "source": "s", "statement": "t", "quantity": "sse.requests", "published": "1",
    ]

    @Test(
        "both refuse a claim",
        arguments: [
            ("id", "a b"), ("id", String(repeating: "a", count: 65)), ("source", "\"\""),
            ("source", String(repeating: "a", count: 1001)), ("statement", "[a]"), ("words", "\"\""),
            ("note", String(repeating: "a", count: 1001)), ("quantity", "\"\""), ("quantity", "[a]"),
            ("published", "many"), ("published", "[1]"), ("published", "[1, 2, 3]"), ("published", "{}"),
            ("published", "{least: 1}"), ("tolerance", "5"), ("tolerance", "101%"), ("tolerance", "-1%"),
            ("origin", "Published"), ("cases", "[a]"), ("case", "a"),
        ])
    func claim(field: String, value: String) throws {
        let right = Self.claim.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
        #expect(try isRefused("claims: [{\(right)}]") == (false, false))
        let wrong = Self.claim.merging([field: value]) { $1 }.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
        #expect(try isRefused("claims: [{\(wrong)}]") == (true, true))
        let incomplete = Self.claim.filter { $0.key != "statement" }.map { "\($0.key): \($0.value)" }
        #expect(try isRefused("claims: [{\(incomplete.joined(separator: ", "))}]") == (true, true))
    }

    @Test(
        "both accept every way to write a value",
        arguments: [
            "clients: [1, 1000000]", "duration: 1s", "duration: 60min", "duration: 1h", "duration: 0001.50 s",
            "duration: 1000000000.0ns", "duration: 0.1min", "warmup: 0s", "warmup: 0h", "warmup: 500000µs",
            "warmup: 500000μs", "warmup: 0.16h", "slow-read: 1kbit/s\nslow-clients: 0.5%",
            "seed: 18446744073709551615", "network: lte", "network: \"lte, up.loss = 2%\"", "network: [none, lte]",
            "network: \"rtt=5 ms,stalls=1s+1s,stalls=5s+1s\"", "network: {rtt: [0s, 3s], jitter: 1s}",
            "network: {rtt: 10ms, up: {bandwidth: 1Mbit/s}, stalls: [1s+1s, 5s+10ms]}", "lifetime: [1s, 2s]",
            "network: preset=lte", "network: \"up.delay=5ms,down.delay=1ms\"", "lifetime: {mean: [1s, 2s], away: 1s}",
            "reconnect: {after: 5s, backoff: [true, false]}", "axes: {load: {clients: [1, 2], duration: [5s, 5s]}}",
            "axes: {load: {\"feeds[].rate\": [1/s, 2/s]}}", "axes: {load: {sse.tls: [true, false]}}",
            "clients: [1, 2]\nexclude: [{clients: 1, use: [sse]}]", "thresholds: [sse.requests > 1, requests > 2]",
        ])
    func accepted(change: String) throws {
        #expect(try isRefused(change) == (false, false))
    }
}

import Feed
import Measurement
import Testing

@testable import Scenario

@Suite("Sweeps, axes and exclusions")
struct SweepTests {
    private func scenario(_ transports: String, _ rest: String = "") throws -> Scenario {
        try read(
            """
            name: sweep
            feeds: [{source: synthetic, rate: 10/s}]
            clients: 10
            transports: \(transports)
            \(rest)
            """)
    }

    private func ends(_ scenario: Scenario) -> [String] {
        scenario.cases.map { $0.id.replacing("synthetic-", with: "").replacing("-128B_", with: " ") }
    }

    private func axes(_ scenario: Scenario) -> [String] {
        scenario.cases.map { $0.axes.map { "\($0.name)=\($0.value)" }.joined(separator: "; ") }
    }

    @Test("a list of an option's values makes one use each, named by the value")
    func options() throws {
        let scenario = try scenario("[{use: short-poll, interval: [250ms, 1s], gzip: [false, true]}, {use: sse}]")
        #expect(
            scenario.transports.map(\.id) == [
                "short-poll_interval-250ms", "short-poll_interval-250ms-gzip", "short-poll_interval-1s",
                "short-poll_interval-1s-gzip", "sse",
            ])
        #expect(
            axes(scenario) == [
                "interval=250ms; gzip=false", "interval=250ms; gzip=true", "interval=1s; gzip=false",
                "interval=1s; gzip=true", "",
            ])
    }

    @Test("a label stays the beginning of the name of each use")
    func labels() throws {
        let scenario = try scenario("[{use: short-poll, label: eager, interval: [10ms, 20ms]}, {use: short-poll}]")
        #expect(
            scenario.transports.map(\.variant) == ["eager-interval-10ms", "eager-interval-20ms", "interval-1s"])
    }

    @Test("times and the fields of a feed sweep too; names of cases have what differs")
    func times() throws {
        let scenario = try scenario("[{use: sse}]", "duration: [1s, 2s]\nwarmup: 1s")
        #expect(
            ends(scenario) == ["10-per-s 10-clients_duration-1s_sse", "10-per-s 10-clients_duration-2s_sse"])
        #expect(axes(scenario) == ["duration=1s", "duration=2s"])
        #expect(scenario.measuringTime == .seconds(5))
        let feeds = "feeds=[{source: synthetic, arrivals: [constant, poisson]}]"
        #expect(try read(minimal, overrides: [feeds]).feeds.map(\.arrivals) == [.constant, .poisson])
        let contents = "feeds=[{source: synthetic, content: [filler, json]}]"
        let cases = try read(minimal, overrides: [contents]).cases
        #expect(cases.map(\.feed.content) == [.filler, .json])
        #expect(cases.map(\.feed.id) == ["synthetic-10-per-s-128B", "synthetic-json-10-per-s-128B"])
    }

    @Test("the fields of a named axis change together; axes make a grid")
    func axesAreZipped() throws {
        let scenario = try scenario(
            "[{use: sse}, {use: short-poll}]",
            """
            axes:
              load: {clients: [10, 100], "feeds[].rate": [10/s, 1/s]}
              pace: {short-poll.interval: [1s, 5s]}
            """)
        #expect(
            ends(scenario) == [
                "10-per-s 10-clients_sse", "10-per-s 10-clients_short-poll_interval-1s",
                "10-per-s 10-clients_short-poll_interval-5s", "1-per-s 100-clients_sse",
                "1-per-s 100-clients_short-poll_interval-1s", "1-per-s 100-clients_short-poll_interval-5s",
            ])
        #expect(axes(scenario).first == "rate=10/s; clients=10; load=10")
        #expect(axes(scenario).last == "rate=1/s; clients=100; interval=5s; load=100; pace=5s")
    }

    @Test("a transport may have other fields than the rest")
    func own() throws {
        let scenario = try scenario(
            "[{use: sse}, {use: short-poll, with: {clients: [1, 2], network: lte, duration: 3s}}]", "duration: 5s")
        #expect(
            ends(scenario) == [
                "10-per-s 10-clients_duration-5s_sse", "10-per-s 1-client_lte_duration-3s_short-poll",
                "10-per-s 2-clients_lte_duration-3s_short-poll",
            ])
        #expect(axes(scenario) == ["", "clients=1", "clients=2"])
    }

    @Test("rules leave out cases that have all their values, however these are written")
    func exclusion() throws {
        let scenario = try scenario(
            "[{use: sse}, {use: short-poll, interval: [250ms, 1s]}]",
            "exclude: [{use: short-poll, interval: 0.25s}, {use: [sse, websocket], clients: 10}]")
        #expect(ends(scenario) == ["10-per-s 10-clients_short-poll_interval-1s"])
        #expect(axes(scenario) == [""])
    }

    @Test(
        "mistakes are told once, with their line",
        arguments: [
            ("axes: 5", "axes is a single value; write {load: {clients: [10, 100]}}"),
            ("axes: {load: {clients: 5}}", "clients is a single value; write a list, one value per step"),
            (
                "axes: {load: {clients: [5, 6], \"feeds[].rate\": [1/s]}}",
                "feeds[].rate has 1 values and clients has 2; fields of one axis change together"
            ),
            ("axes: {load: {name: [a, b]}}", "an axis has no field name; allowed feeds, send, clients"),
            ("axes: {load: {clients: [5, five]}}", "\"five\" is not a whole number"),
            ("axes: {'a b': {clients: [5, 6]}}", "an axis is named \"a b\"; allowed 1 to 64 letters"),
            ("axes: {load: {sse.interval: [1s, 2s]}}", "an axis has no field sse.interval"),
            ("axes: {load: {short-poll.hold: [1s, 2s]}}", "hold is an option of long-poll, not of short-poll"),
            (
                "axes: {load: {clients: [5, 6]}, more: {clients: [7, 8]}}",
                "the axes load and more both set clients; give its values in one of them"
            ),
            (
                "axes: {load: {\"feeds[].rate\": [1/s, 2/s]}, more: {\"feeds[0].rate\": [3/s, 4/s]}}",
                "the axes load and more both set feeds[0].rate; give its values in one of them"
            ),
            ("clients: *nope", "*nope has no anchor &nope above it; write the value, or in quotes a text"),
            ("exclude: 5", "exclude is a single value; write [{clients: 1000, use: short-poll}]"),
            ("exclude: [{clients: 7}]", "exclude[0] names no case"),
            ("exclude: [{colour: 7}]", "exclude[0] has no field colour; allowed use"),
            ("exclude: [{use: short-poll}]", "exclude leaves no case"),
        ])
    func faults(line: String, expected: String) {
        let found = messages(minimal + line)
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.contains(expected) == true, "\(found)")
        #expect(found.first?.hasPrefix("Scenarios/idle.yaml:4: ") == true, "\(found)")
    }

    @Test("an axis whose field has a list of its own would drop that list")
    func listAndAxis() {
        let axes = "axes: {load: {clients: [3, 4]}}"
        let found = messages(minimal + "clients: [1, 2]\n" + axes)
        let message = "the axis load sets clients, which has a list already; give its values in one place"
        #expect(found == ["Scenarios/idle.yaml:5: \(message)"])
        #expect(messages(minimal + "clients: [1]\n" + axes).isEmpty)
    }

    @Test(
        "mistakes in a transport's entry",
        arguments: [
            ("{use: short-poll, interval: []}", "interval is an empty list"),
            ("{use: short-poll, interval: [1s, 1s]}", "interval has 1s twice in its list"),
            ("{use: short-poll, interval: [1s, 0s]}", "interval is 0 s; allowed 1 ms to 1 h"),
            ("{use: short-poll, with: 5}", "with is \"5\"; write a group of fields, such as {clients: 10}"),
            ("{use: short-poll, with: {seed: 5}}", "with has no field seed; allowed feeds, send, clients"),
        ])
    func transportFaults(entry: String, expected: String) {
        let found = messages(minimal, overrides: ["transports=[\(entry)]"])
        #expect(found.count == 1 && found.first?.contains(expected) == true, "\(found)")
    }
}

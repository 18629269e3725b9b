import Measurement
import Testing

@testable import Scenario

@Suite("Fields that a search for the capacity raises")
struct RaisedFieldTests {
    @Test(
        "fields with numbers, by their path or the name in a feed",
        arguments: [
            ("clients", "clients", 150.4, "150"), ("rate", "feeds[].rate", 12.345_6, "12.35/s"),
            ("feeds[0].payload", "feeds[0].payload", 1_024, "1KiB"), ("network.rtt", "network.rtt", 0.25, "250ms"),
            ("network.loss", "network.loss", 1.5, "1.5%"), ("network.bandwidth", "network.bandwidth", 2e6, "2Mbit/s"),
            ("short-poll.interval", "short-poll.interval", 1.5, "1500ms"),
            ("transports[1].hold", "transports[1].hold", 20, "20s"), ("speed", "feeds[].speed", 2.5, "2.5"),
        ])
    func fields(name: String, path: String, value: Double, text: String) throws {
        let field = try RaisedField(name)
        #expect(field.path == path)
        #expect(field.text(value) == text)
        #expect(try field.value(of: text) == field.nearest(value))
        #expect(field.nearest(.greatestFiniteMagnitude) == field.range.upperBound)
    }

    @Test("every field with numbers that sweeps can be raised")
    func allFields() throws {
        let numbers = ["whole number", "number", "ns, ", "/s, ", "B, ", "bit/s, ", "%"]
        for field in ScenarioField.all where field.canSweep && numbers.contains(where: field.unit.hasPrefix) {
            #expect(try RaisedField(field.path).path == field.path)
        }
    }

    @Test(
        "other fields are refused",
        arguments: ["seed", "name", "websocket.deflate", "feeds[0].source", "x", "clients.x"])
    func refused(name: String) {
        let fault = #expect(throws: RaisedFieldFault.self) { try RaisedField(name) }
        #expect(fault?.description.hasPrefix("allowed feeds[].rate, feeds[].payload, ") == true)
    }

    @Test("the value replaces that of the scenario, in every case that the path leads to")
    func setting() throws {
        let text = """
            name: raised
            feeds: [{source: synthetic, rate: [1/s, 2/s]}, {source: synthetic, payload: 64B}]
            transports: [{use: websocket}, {use: short-poll, interval: [1s, 2s]}]
            axes: {load: {clients: [1, 2]}}
            """
        func scenario(_ name: String, _ value: Double) throws -> Scenario {
            try Scenario(text: text, file: "", overrides: ["duration=5s"], setting: RaisedField(name), to: value)
        }
        let clients = try scenario("clients", 300)
        #expect(Set(clients.cases.map(\.clients)) == [300])
        #expect(clients.cases[0].duration == .seconds(5))
        let rate = try scenario("rate", 7)
        #expect(Set(rate.cases.map { $0.feed.rate?.perSecond }) == [7])
        let interval = try scenario("short-poll.interval", 0.5)
        let polls = interval.cases.filter { $0.transport.name == "short-poll" }
        #expect(Set(polls.map(\.transport.pollInterval)) == [.milliseconds(500)])
        #expect(try RaisedField("clients").smallest(in: Scenario(text: text, file: "")) == 1)
        #expect(try scenario("network.rtt", 0.1).cases[0].network?.id == "rtt-100ms")
        #expect(throws: ScenarioErrors.self) { try scenario("long-poll.hold", 1) }
    }
}

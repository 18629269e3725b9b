import Foundation
import Measurement
import Testing
import Transports

@testable import Scenario

@Suite("A scenario in which clients send")
struct SendTests {
    private static let text = """
        name: idle
        transports: [{use: websocket}, {use: http-post, tls: true}]

        """

    @Test("send has defaults, and its cases are named echo")
    func defaults() throws {
        let scenario = try read(Self.text + "send: {}")
        #expect(
            scenario.cases.map(\.id) == [
                "echo-10-per-s-128B_100-clients_websocket", "echo-10-per-s-128B_100-clients_http-post",
            ])
        let feed = try #require(scenario.feeds.first)
        #expect(feed.isEcho)
        #expect(feed.rate == ItemRate(items: 10, per: .seconds(1)))
        #expect(feed.payload == ByteCount(bytes: 128))
        #expect(scenario.transports.map { $0.encrypts } == [false, true])
    }

    @Test("rate and payload sweep, the last field fastest")
    func sweep() throws {
        let scenario = try read(Self.text + "send: {rate: [1/s, 2/s], payload: [20B, 1MiB]}\nclients: [1, 2]")
        #expect(scenario.cases.count == 16)
        #expect(
            scenario.feeds.map(\.id) == [
                "echo-1-per-s-20B", "echo-1-per-s-1MiB", "echo-2-per-s-20B", "echo-2-per-s-1MiB",
            ])
    }

    @Test("an override changes send")
    func override() throws {
        let scenario = try read(Self.text + "send: {rate: 5/s}", overrides: ["send.rate=7/s"])
        #expect(scenario.feeds.map(\.rate) == [ItemRate(items: 7, per: .seconds(1))])
    }

    @Test(
        "one wrong line gives one sentence",
        arguments: [
            ("send:", "send has no value; write a group of fields"),
            ("send: 10/s", "send is a single value; write a group of fields"),
            ("send: {rate: 1001/s}", "rate is 1001/s; allowed 1/min to 1000/s"),
            ("send: {rate: 0.9/min}", "rate is 0.9/min; allowed 1/min to 1000/s"),
            ("send: {payload: 19B}", "payload is 19 B; allowed 20 B to 1 MiB"),
            ("send: {payload: 1048577B}", "payload is 1048577 B; allowed 20 B to 1 MiB"),
            ("send: {size: 1kB}", "send has no field size; allowed rate, payload, burst"),
            ("send: {rate: [1/s, 1/s]}", "rate has 1/s twice in its list"),
            ("send: {rate: 1/min}", "rate is 1/min, less than one message in warmup and duration, 12 s"),
            (
                "feeds: [{source: host}]\nsend: {}",
                "feeds does not apply: with send, the clients send the items"
            ),
        ]
    )
    func oneLine(line: String, message: String) {
        #expect(messages(Self.text + line) == ["Scenarios/idle.yaml:3: \(message)"])
    }

    @Test(
        "send is refused with transports that carry no messages of clients",
        arguments: [
            (
                "send: {}", "long-poll",
                "use is \"long-poll\", which carries nothing that clients send; allowed websocket, http-post"
            ),
            (
                "send: {}", "http-pots",
                "use is \"http-pots\"; allowed websocket, http-post; did you mean http-post?"
            ),
        ]
    )
    func transports(line: String, use: String, message: String) {
        let text = "name: idle\n\(line)\ntransports: [{use: \(use)}]"
        #expect(messages(text) == ["Scenarios/idle.yaml:3: \(message)"])
    }

    @Test("http-post without send is refused")
    func withoutSend() {
        let seen = messages("name: idle\nfeeds: [{source: host}]\ntransports: [{use: http-post}]")
        #expect(seen.count == 1)
        #expect(
            seen.first?.hasPrefix(
                "Scenarios/idle.yaml:3: use is \"http-post\", which carries what clients send and needs send; allowed ")
                == true)
    }

    @Test("options of other transports are refused")
    func options() {
        let text = "name: idle\nsend: {}\ntransports: [{use: http-post, interval: 1s}]"
        #expect(
            messages(text) == [
                "Scenarios/idle.yaml:3: http-post has no field interval; allowed use, label, with, http, through, tls"
            ])
    }

    @Test("the README names every echo transport", arguments: TransportRegistry.standard.echo.map { $0.name })
    func documentation(name: String) throws {
        #expect(try Self.text(of: "README.md").contains("`\(name)`"))
    }

    @Test("echo.yaml is a valid scenario of two cases")
    func example() throws {
        let scenario = try Scenario(text: try Self.text(of: "echo.yaml"), file: "Scenarios/echo.yaml")
        #expect(scenario.cases.map(\.transport.name) == ["websocket", "http-post"])
        #expect(scenario.measuringTime <= .seconds(40))
    }

    private static func text(of name: String) throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: root.appending(path: "Scenarios/\(name)"), encoding: .utf8)
    }
}

import Measurement
import Testing

@testable import Scenario

@Suite("The field scale-out")
struct ScaleOutTests {
    private static let transports = "transports: [{use: websocket}, {use: sse}]"

    private static func text(_ lines: String, _ transports: String = transports) -> String {
        "name: a\nfeeds: [{source: synthetic}]\n\(transports)\n\(lines)"
    }

    @Test("without the field a case has one server without a stream, and keeps its name and axes")
    func none() throws {
        let cases = try read(Self.text("clients: [1, 2]")).cases
        #expect(cases.map(\.scaleOut) == [nil, nil, nil, nil])
        #expect(cases[0].id == "synthetic-10-per-s-128B_1-client_websocket")
        #expect(cases[0].axes == [CaseFact("clients", "1")])
    }

    @Test("numbers of servers vary after those of clients, and stand in the id, the condition and the axes")
    func several() throws {
        let cases = try read(Self.text("scale-out: [1, 3]\nclients: [1, 2]")).cases
        #expect(
            cases.map(\.id) == [
                "synthetic-10-per-s-128B_1-client_1-server_websocket",
                "synthetic-10-per-s-128B_1-client_1-server_sse",
                "synthetic-10-per-s-128B_1-client_3-servers_websocket",
                "synthetic-10-per-s-128B_1-client_3-servers_sse",
                "synthetic-10-per-s-128B_2-clients_1-server_websocket",
                "synthetic-10-per-s-128B_2-clients_1-server_sse",
                "synthetic-10-per-s-128B_2-clients_3-servers_websocket",
                "synthetic-10-per-s-128B_2-clients_3-servers_sse",
            ])
        #expect(cases.map(\.scaleOut) == [1, 1, 3, 3, 1, 1, 3, 3])
        #expect(cases[2].condition == "synthetic-10-per-s-128B_1-client_3-servers")
        #expect(cases[2].axes == [CaseFact("clients", "1"), CaseFact("scale-out", "3")])
    }

    @Test("one value is no axis, but one transport without the field makes it one")
    func axis() throws {
        #expect(try read(Self.text("scale-out: 2")).cases.allSatisfy { $0.scaleOut == 2 && $0.axes.isEmpty })
        let uses = "transports: [{use: websocket}, {use: websocket, label: two, with: {scale-out: 2}}]"
        let cases = try read(Self.text("", uses)).cases
        #expect(cases.map(\.scaleOut) == [nil, 2])
        #expect(cases.map(\.axes) == [[], [CaseFact("scale-out", "2")]])
    }

    @Test("rules and axes name it")
    func rules() throws {
        let left = try read(Self.text("scale-out: [1, 2]\nexclude: [{scale-out: 2, use: sse}]")).cases
        #expect(left.map { "\($0.scaleOut ?? 0) \($0.transport.name)" } == ["1 websocket", "1 sse", "2 websocket"])
        let together = try read(Self.text("axes: {size: {scale-out: [1, 2], clients: [10, 20]}}")).cases
        #expect(together.map { "\($0.scaleOut ?? 0) \($0.clients)" } == ["1 10", "1 10", "2 20", "2 20"])
    }

    @Test("with reconnect one server is killed: the case has both")
    func kill() throws {
        let first = try read(Self.text("scale-out: 2\nreconnect: {after: 3s, down: 2s}")).cases[0]
        #expect(first.scaleOut == 2 && first.strain.restart?.after == .seconds(3))
        #expect(first.id == "synthetic-10-per-s-128B_100-clients_2-servers_restart-3s-wait-50ms_websocket")
    }

    private static let haproxy = "scale-out has HAProxy before the servers, "

    @Test(
        "what cannot be measured is refused in one sentence",
        arguments: [
            (transports, "scale-out: 0", "scale-out is 0; allowed 1 to 16"),
            (transports, "scale-out: 17", "scale-out is 17; allowed 1 to 16"),
            (transports, "scale-out: two", "scale-out: \"two\" is not a whole number; write a number without a unit"),
            (
                "transports: [{use: raw-tcp}]", "scale-out: 2",
                "scale-out does not apply to raw-tcp: the servers are behind HAProxy, which passes on only HTTP; "
                    + "remove one of the two"
            ),
            (
                "transports: [{use: sse, tls: true}]", "scale-out: 2",
                haproxy + "which does not accept encrypted connections; remove tls"
            ),
            (
                "transports: [{use: sse, http: 2}]", "scale-out: 2",
                haproxy + "which accepts only HTTP/1.1 from clients; set http: 1.1"
            ),
            (
                "transports: [{use: websocket, version: hixie-76}]", "scale-out: 2",
                haproxy + "which changes request headers, but the handshake of hixie-76 does not allow that; "
                    + "remove one of the two options"
            ),
            (
                "transports: [{use: sse, through: nginx}]", "scale-out: 2",
                "scale-out has HAProxy before the servers, so sse cannot have another proxy; remove through"
            ),
            (
                transports, "scale-out: 2\nreconnect: {after: 1s, history: lost}",
                "scale-out does not combine with the history: lost of reconnect: a server that starts again reads the "
                    + "items from the stream; remove history"
            ),
            (
                transports, "scale-out: 2\nnetwork: lte\nreconnect: {after: 1s}",
                "reconnect does not combine with network, which has other connections to the server"
            ),
        ])
    func conflicts(transports: String, lines: String, message: String) {
        let line = message.hasPrefix("reconnect") ? 6 : 4
        #expect(messages(Self.text(lines, transports)) == ["Scenarios/idle.yaml:\(line): \(message)"])
    }

    @Test("messages of clients have no stream, and third-party servers follow none")
    func otherWork() {
        let echo = "name: a\nsend: {rate: 1/s}\ntransports: [{use: websocket}]\nscale-out: 2"
        #expect(
            messages(echo) == [
                "Scenarios/idle.yaml:4: scale-out does not apply: with send, the clients send the items, and there is "
                    + "no stream"
            ])
        let peer = "title: a\nsource: http://b\nversion: [c]\nstart: [d]\ntransports: {websocket: {path: /ws}}\n"
        let peers = KnownPeers(["ws-node": PeerText(peer, file: "peers/ws-node/peer.yaml")])
        let text = Self.text("scale-out: 2\nservers: [pushlab, ws-node]", "transports: [{use: websocket}]")
        let errors = #expect(throws: ScenarioErrors.self) { try Scenario(text: text, file: "a.yaml", peers: peers) }
        #expect(
            errors?.errors.map(\.description) == [
                "a.yaml:4: scale-out needs PushLab's own server, but servers has ws-node; remove one of the two fields"
            ])
    }
}

import Testing
import Transports

@testable import Scenario

@Suite("A transport that only third-party servers carry")
struct ForeignTransportTests {
    private static let socketio = """
        title: a
        source: http://b
        version: [c]
        start: [d]
        transports: {engine-io: {path: /sockets/}}
        """

    private func scenario(_ lines: String) throws -> Scenario {
        let text = "name: a\nfeeds: [{source: synthetic}]\n\(lines)"
        let peers = KnownPeers(["socketio": PeerText(Self.socketio, file: "Scenarios/peers/socketio/peer.yaml")])
        return try Scenario(text: text, file: "Scenarios/a.yaml", peers: peers)
    }

    private func messages(_ lines: String) -> [String] {
        do {
            _ = try scenario(lines)
            return []
        } catch {
            return (error as? ScenarioErrors)?.errors.map(\.description) ?? ["\(error)"]
        }
    }

    @Test("it is measured with a server that carries it, and left out with PushLab's own")
    func servers() throws {
        let scenario = try scenario(
            "servers: [pushlab, socketio]\n"
                + "transports: [{use: websocket}, {use: engine-io, carrier: [websocket, polling]}]")
        #expect(
            scenario.cases.map { $0.id.replacing("synthetic-10-per-s-128B_100-clients_", with: "") } == [
                "pushlab_websocket", "socketio_engine-io", "socketio_engine-io_carrier-polling",
            ])
        #expect(scenario.peers.first?.dialect(for: "engine-io")?.target == "/sockets/")
        #expect(
            scenario.leftOutNote
                == "left out: socketio does not carry websocket; pushlab does not carry engine-io")
    }

    @Test("it is left out if the field servers has only PushLab's own")
    func onlyOwn() throws {
        let scenario = try scenario("servers: pushlab\ntransports: [{use: sse}, {use: engine-io}]")
        #expect(scenario.cases.map(\.transport.name) == ["sse"])
        #expect(scenario.leftOutNote == "left out: pushlab does not carry engine-io")
        #expect(
            messages("servers: pushlab\ntransports: [{use: engine-io}]") == [
                "Scenarios/a.yaml:1: no case is left: no server carries a transport that is to be measured with it"
            ])
    }

    @Test("without the field servers it is refused")
    func noServers() {
        #expect(
            messages("transports: [{use: websocket}, {use: engine-io}]") == [
                "Scenarios/a.yaml:3: use is engine-io, which PushLab's own server does not carry; add a server "
                    + "that does, such as servers: [socketio]"
            ])
    }

    @Test("of a transport that few servers carry, the note names these")
    func rare() throws {
        let ws = Self.socketio.replacing("engine-io: {path: /sockets/}", with: "websocket: {path: /}")
        let names = ["a", "b", "c"]
        var texts = Dictionary(
            uniqueKeysWithValues: names.map { ($0, PeerText(ws, file: "Scenarios/peers/\($0)/peer.yaml")) })
        texts["socketio"] = PeerText(Self.socketio, file: "Scenarios/peers/socketio/peer.yaml")
        let text = """
            name: a
            feeds: [{source: synthetic}]
            servers: [a, b, c, socketio]
            transports: [{use: websocket}, {use: engine-io}]
            """
        let scenario = try Scenario(text: text, file: "Scenarios/a.yaml", peers: KnownPeers(texts))
        #expect(
            scenario.leftOutNote == "left out: socketio does not carry websocket; only socketio carries engine-io")
    }

    @Test("clients do not send with it")
    func send() {
        #expect(
            messages("servers: socketio\ntransports: [{use: engine-io}]\nsend: {rate: 1/s}").contains {
                $0.contains("use is \"engine-io\"")
            })
    }
}

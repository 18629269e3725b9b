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

    @Test("with its own servers in `with`, nothing else is left out")
    func with() throws {
        let scenario = try scenario(
            "servers: [pushlab, socketio]\ntransports: [{use: engine-io, with: {servers: socketio}}]")
        #expect(scenario.cases.map(\.server) == ["socketio"] && scenario.leftOut.isEmpty)
    }

    @Test("without such a server it is refused", arguments: ["", "servers: pushlab\n"])
    func own(line: String) {
        let number = line.isEmpty ? 3 : 4
        #expect(
            messages("\(line)transports: [{use: engine-io}]") == [
                "Scenarios/a.yaml:\(number): use is engine-io, which PushLab's own server does not carry; add a server "
                    + "that does, such as servers: [socketio]"
            ])
    }

    @Test("clients do not send with it")
    func send() {
        #expect(
            messages("servers: socketio\ntransports: [{use: engine-io}]\nsend: {rate: 1/s}").contains {
                $0.contains("use is \"engine-io\"")
            })
    }
}

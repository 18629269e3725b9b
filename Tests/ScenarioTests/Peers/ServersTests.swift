import Expressions
import Measurement
import ResultFiles
import Testing
import Transports

@testable import Scenario

@Suite("The field servers")
struct ServersTests {
    private static let peers = KnownPeers([
        "nchan": PeerText(peer("{websocket: {path: /ws}, sse: {path: /sse}}"), file: "Scenarios/peers/nchan/peer.yaml"),
        "ws-node": PeerText(peer("{websocket: {path: /feed}}"), file: "Scenarios/peers/ws-node/peer.yaml"),
        "broken": PeerText("title: a\nstart: b\n", file: "Scenarios/peers/broken/peer.yaml"),
    ])

    private static func peer(_ transports: String) -> String {
        "title: a\nsource: http://b\nversion: [c]\nstart: [d]\ntransports: \(transports)\n"
    }

    private func scenario(_ lines: String, transports: String = "[{use: websocket}, {use: sse}]") throws -> Scenario {
        try Scenario(text: Self.text(lines, transports), file: "Scenarios/a.yaml", peers: Self.peers)
    }

    private static func text(_ lines: String, _ transports: String) -> String {
        """
        name: a
        feeds: [{source: synthetic, rate: 10/s}]
        transports: \(transports)
        \(lines)
        """
    }

    private func messages(_ lines: String, transports: String = "[{use: websocket}, {use: sse}]") -> [String] {
        do {
            _ = try scenario(lines, transports: transports)
            return []
        } catch {
            return (error as? ScenarioErrors)?.errors.map(\.description) ?? ["\(error)"]
        }
    }

    /// The parts of ids after the number of clients.
    private func ends(_ scenario: Scenario) -> [String] {
        scenario.cases.map { $0.id.replacing("synthetic-10-per-s-128B_100-clients_", with: "") }
    }

    // MARK: Cases

    @Test("without the field there is PushLab's own server, which no id names")
    func none() throws {
        for scenario in [try scenario("seed: 1"), try scenario("servers: pushlab")] {
            #expect(ends(scenario) == ["websocket", "sse"])
            #expect(scenario.cases.map(\.server) == ["pushlab", "pushlab"])
            #expect(scenario.peers.isEmpty && scenario.leftOut.isEmpty && scenario.leftOutNote == nil)
        }
    }

    @Test("servers vary just before transports, and stand in the id but not in the condition")
    func several() throws {
        let scenario = try scenario("servers: [pushlab, nchan]\nclients: [1, 2]")
        #expect(
            scenario.cases.map(\.id) == [
                "synthetic-10-per-s-128B_1-client_pushlab_websocket", "synthetic-10-per-s-128B_1-client_pushlab_sse",
                "synthetic-10-per-s-128B_1-client_nchan_websocket", "synthetic-10-per-s-128B_1-client_nchan_sse",
                "synthetic-10-per-s-128B_2-clients_pushlab_websocket", "synthetic-10-per-s-128B_2-clients_pushlab_sse",
                "synthetic-10-per-s-128B_2-clients_nchan_websocket", "synthetic-10-per-s-128B_2-clients_nchan_sse",
            ])
        #expect(
            scenario.cases.map(\.condition).distinct() == [
                "synthetic-10-per-s-128B_1-client", "synthetic-10-per-s-128B_2-clients",
            ])
        #expect(scenario.cases.map(\.server).prefix(4) == ["pushlab", "pushlab", "nchan", "nchan"])
        #expect(
            scenario.cases[2].axes == [CaseFact("clients", "1"), CaseFact("server", "nchan")])
        #expect(scenario.peers.map(\.name) == ["nchan"])
        #expect(scenario.peer(of: scenario.cases[2])?.dialect(for: "websocket")?.target == "/ws")
        #expect(scenario.peer(of: scenario.cases[0]) == nil)
    }

    @Test("a single third-party server stands in the id too")
    func one() throws {
        let scenario = try scenario("servers: nchan")
        #expect(ends(scenario) == ["nchan_websocket", "nchan_sse"])
        #expect(scenario.cases.map(\.axes) == [[], []])
    }

    @Test("cases whose server lacks the transport are left out, and the servers keep their order")
    func leftOut() throws {
        let scenario = try scenario(
            "servers: [pushlab, ws-node, nchan]", transports: "[{use: sse}, {use: websocket}, {use: raw-tcp}]")
        #expect(
            ends(scenario) == [
                "pushlab_sse", "pushlab_websocket", "pushlab_raw-tcp", "ws-node_websocket", "nchan_sse",
                "nchan_websocket",
            ])
        #expect(
            scenario.leftOut == [
                .init(server: "ws-node", transport: "sse"), .init(server: "ws-node", transport: "raw-tcp"),
                .init(server: "nchan", transport: "raw-tcp"),
            ])
        #expect(
            scenario.leftOutNote
                == "left out: ws-node does not carry sse, raw-tcp; nchan does not carry raw-tcp")
    }

    @Test("with gives a transport its own servers")
    func own() throws {
        let scenario = try scenario(
            "servers: [pushlab, nchan]",
            transports: "[{use: websocket}, {use: sse, http: 2, with: {servers: pushlab}}]")
        #expect(ends(scenario) == ["pushlab_websocket", "pushlab_sse_http-2", "nchan_websocket"])
    }

    @Test("an axis may set the servers")
    func axis() throws {
        let scenario = try scenario("axes: {stack: {servers: [pushlab, ws-node], clients: [1, 2]}}")
        #expect(
            scenario.cases.map(\.id) == [
                "synthetic-10-per-s-128B_1-client_pushlab_websocket", "synthetic-10-per-s-128B_1-client_pushlab_sse",
                "synthetic-10-per-s-128B_2-clients_ws-node_websocket",
            ])
        #expect(
            scenario.cases[2].axes == [
                CaseFact("clients", "2"), CaseFact("server", "ws-node"), CaseFact("stack", "ws-node"),
            ])
    }

    @Test("exclude, --only and --set know servers")
    func selection() throws {
        let excluded = try scenario("servers: [pushlab, nchan]\nexclude: [{server: nchan, use: sse}]")
        #expect(ends(excluded) == ["pushlab_websocket", "pushlab_sse", "nchan_websocket"])
        #expect(ends(try excluded.only([CasePattern("*_nchan_*")])) == ["nchan_websocket"])
        let set = try Scenario(
            text: Self.text("seed: 1", "[{use: websocket}]"), file: "Scenarios/a.yaml",
            overrides: ["servers=[nchan, ws-node]"], peers: Self.peers)
        #expect(ends(set) == ["nchan_websocket", "ws-node_websocket"])
    }

    // MARK: Conditions on the results

    @Test("a condition compares cases of one server, or one transport of several servers")
    func bindings() throws {
        let names = try scenario("servers: [pushlab, nchan]").cases.names
        func bound(_ text: String) throws -> [[String]] {
            let predicate = try Predicate(text, columns: .results)
            return CaseBinding.all(of: predicate.references, among: names).map { binding in
                binding.cases.map { $0.id.replacing("synthetic-10-per-s-128B_100-clients_", with: "") }
            }
        }
        #expect(
            try bound("sse.requests < websocket.requests") == [
                ["pushlab_sse", "pushlab_websocket"], ["nchan_sse", "nchan_websocket"],
            ])
        #expect(
            try bound("nchan.requests < pushlab.requests") == [
                ["nchan_websocket", "pushlab_websocket"], ["nchan_sse", "pushlab_sse"],
            ])
        #expect(try bound("nchan_sse.requests < 5") == [["nchan_sse"]])
        #expect(try bound("nchan_sse.requests < pushlab_websocket.requests") == [["nchan_sse", "pushlab_websocket"]])
        #expect(names.words == ["websocket", "pushlab", "sse", "nchan"])
    }

    // MARK: Refusals

    @Test(
        "names",
        arguments: [
            (
                "servers: nchn",
                "servers has \"nchn\", which is neither pushlab nor a folder in peers; allowed pushlab, broken, nchan, "
                    + "ws-node; did you mean nchan?"
            ),
            (
                "servers: [pushlab, ../x]",
                "servers has \"../x\", which is neither pushlab nor a folder in peers; allowed pushlab, broken, nchan, "
                    + "ws-node"
            ),
            ("servers: [nchan, nchan]", "servers has nchan twice in its list"),
            ("servers: []", "servers is an empty list; write one value or a list of them"),
            ("servers: {a: b}", "servers is a group of fields; write a single value"),
        ])
    func names(line: String, message: String) {
        #expect(messages(line) == ["Scenarios/a.yaml:4: \(message)"])
    }

    @Test("mistakes of a server's file are told once, with its line, after those of the scenario")
    func broken() {
        let start = "Scenarios/peers/broken/peer.yaml"
        #expect(
            messages("servers: [broken, pushlab]\nclients: 0\naxes: {a: {duration: [1s, 2s]}}") == [
                "Scenarios/a.yaml:5: clients is 0; allowed 1 to 1000000",
                "\(start):1: the peer lacks the required field source",
                "\(start):1: the peer lacks the required field version",
                "\(start):1: the peer lacks the required field transports",
                "\(start):2: start is a single value; write the program and its arguments as a list: [node, feed.js]",
            ])
    }

    @Test("a file that cannot be read")
    func unreadable() {
        struct Locked: PeerSource {
            let names = ["a"]
            func text(of name: String) throws(UnreadablePeer) -> PeerText? {
                throw UnreadablePeer(description: "peers/a/peer.yaml: Permission denied")
            }
        }
        let error = #expect(throws: ScenarioErrors.self) {
            try Scenario(text: Self.text("servers: a", "[{use: sse}]"), file: "a.yaml", peers: Locked())
        }
        #expect(error?.description == "a.yaml:4: servers has a: peers/a/peer.yaml: Permission denied")
    }

    @Test("a server that carries none of the transports, and a scenario without a case")
    func nothing() {
        #expect(
            messages("servers: [pushlab, ws-node]", transports: "[{use: sse}, {use: long-poll}]") == [
                "Scenarios/a.yaml:4: servers has ws-node, which carries none of the transports here; it carries "
                    + "websocket"
            ])
        let peers = KnownPeers([
            "a": PeerText(Self.peer("{sse: {path: /}}"), file: "peers/a/peer.yaml"),
            "b": PeerText(Self.peer("{websocket: {path: /}}"), file: "peers/b/peer.yaml"),
        ])
        let uses = "[{use: websocket, with: {servers: a}}, {use: sse, with: {servers: b}}]"
        let error = #expect(throws: ScenarioErrors.self) {
            try Scenario(text: Self.text("seed: 1", uses), file: "a.yaml", peers: peers)
        }
        #expect(
            error?.description
                == "a.yaml:1: no case is left: no server carries a transport that is to be measured with it")
    }

    @Test("clients that send need PushLab's own server")
    func echo() {
        let text = "name: a\nsend: {}\nservers: [pushlab, nchan]\ntransports: [{use: websocket}]\n"
        let error = #expect(throws: ScenarioErrors.self) {
            try Scenario(text: text, file: "a.yaml", peers: Self.peers)
        }
        #expect(
            error?.description
                == "a.yaml:3: servers has nchan, but only PushLab's own server echoes what clients send; remove it")
    }

    @Test(
        "options that third-party servers do not serve",
        arguments: [
            "http: 2", "http: 2-shared", "tls: true", "subprotocol: binary", "deflate: context-takeover",
            "version: hybi-10",
        ])
    func options(option: String) {
        let found = messages("servers: [pushlab, nchan]", transports: "[{use: websocket, \(option)}]")
        #expect(
            found == [
                "Scenarios/a.yaml:3: \(option) needs PushLab's own server, but servers has nchan; remove the option, "
                    + "or add with: {servers: pushlab} here"
            ])
    }

    @Test("options that concern only the client are allowed")
    func allowed() throws {
        let peers = KnownPeers([
            "all": PeerText(
                Self.peer("{short-poll: {path: /}, long-poll: {path: /}, sse: {path: /}, websocket: {path: /}}"),
                file: "peers/all/peer.yaml")
        ])
        let uses = """
            [{use: short-poll, interval: 250ms, connection: new, headers: cookie}, {use: sse, headers: bearer}, \
            {use: long-poll, pause: 1s, hold: 25s, headers: modern-browser}, {use: websocket, through: nginx}]
            """
        let text = Self.text("servers: all\nlifetime: 2s\nslow-clients: 5%\nnetwork: none", uses)
        #expect(try Scenario(text: text, file: "a.yaml", peers: peers).cases.count == 4)
        let refused = try? Scenario(
            text: Self.text("servers: all", "[{use: long-poll, hold: 5s}, {use: short-poll, headers: quantum2009}]"),
            file: "a.yaml", peers: peers)
        #expect(refused == nil)
    }

    @Test(
        "fields that third-party servers do not understand",
        arguments: [
            ("reconnect: {after: 3s}", "reconnect"), ("history: 50", "history"),
            ("slow-subscriber: skip", "slow-subscriber"),
        ])
    func strain(line: String, field: String) {
        #expect(
            messages("\(line)\nservers: [nchan, ws-node]", transports: "[{use: websocket}]") == [
                "Scenarios/a.yaml:4: \(field) needs PushLab's own server, but servers has nchan and ws-node; remove "
                    + "one of the two fields"
            ])
    }
}

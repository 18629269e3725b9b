import LoadGenerator
import Scenario
import Testing
import Transports

@testable import Lab

@Suite("Middleboxes between clients and server")
struct MiddleboxTests {
    private let server = ServerEndpoint(target: LoadTarget(host: "::1", port: 80, tls: .system), processes: [1])

    @Test("without a middlebox clients connect to the server itself")
    func direct() async throws {
        let entryPoint = try await MiddleboxChain().whileRunning(before: EntryPoint(of: server)) { $0 }
        #expect(entryPoint.target == server.target)
        #expect(entryPoint.isDirect)
        #expect(entryPoint.processes == [])
    }

    @Test("clients connect to the last of several middleboxes")
    func series() async throws {
        let chain = MiddleboxChain([FakeMiddlebox(name: "a", port: 81), FakeMiddlebox(name: "b", port: 82)])
        let entryPoint = try await chain.whileRunning(before: EntryPoint(of: server)) { $0 }
        #expect(entryPoint.target == LoadTarget(port: 82))
        #expect(!entryPoint.isDirect)
        #expect(entryPoint.processes == [81, 82])
    }

    @Test("with a forward proxy clients keep the server's address and TLS trust")
    func forwardProxy() async throws {
        let proxy = ProxyAddress(host: "p", port: 3_128)
        let chain = MiddleboxChain([ForwardProxy(address: proxy)])
        let entryPoint = try await chain.whileRunning(before: EntryPoint(of: server)) { $0 }
        #expect(entryPoint.target == LoadTarget(host: "::1", port: 80, tls: .system, proxy: proxy))
        #expect(!entryPoint.isDirect)
    }

    @Test(
        "transport options choose the middleboxes",
        arguments: [
            ("direct", nil), ("nginx", "nginx"), ("nginx-http1.0", "nginx"), ("haproxy", "haproxy"),
            ("apache", "apache"), ("caddy", "caddy"),
        ] as [(String, String?)])
    func asked(through: String, name: String?) {
        let use = Scenario.TransportUse.fake("sse", ["through": .choice(through)])
        let chain = MiddleboxChain(for: use, clients: 3)
        #expect(chain.boxes.map(\.name) == [name].compactMap { $0 })
    }

    @Test("the time to start is that of the slowest")
    func startTime() {
        func time(_ through: String) -> Duration {
            let use = Scenario.TransportUse.fake("sse", ["through": .choice(through)])
            return MiddleboxChain(for: use, clients: 3).startTime
        }
        #expect(time("direct") == .zero)
        #expect(time("nginx") == .milliseconds(200))
        #expect(time("caddy") == .seconds(1))
    }

    @Test("clients reach a simulated network first, then nginx")
    func network() throws {
        let use = Scenario.TransportUse.fake("sse", ["through": .choice("nginx")])
        let chain = MiddleboxChain(for: use, through: try Scenario.Network.read("lte"), clients: 3)
        #expect(chain.boxes.map(\.name) == ["nginx", "simulated network"])
    }

    @Test("behind a simulated network, clients keep the server's address, and the ends can be compared")
    func linkPort() {
        let entryPoint = EntryPoint(FakeLink(), port: 99, before: EntryPoint(of: server))
        #expect((entryPoint.target.host, entryPoint.target.port, entryPoint.target.linkPort) == ("::1", 80, 99))
        #expect(entryPoint.isDirect)
    }
}

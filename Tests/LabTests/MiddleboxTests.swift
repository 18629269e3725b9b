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

    @Test("transport options choose the middleboxes", arguments: [("direct", 0), ("nginx", 1), ("nginx-http1.0", 1)])
    func asked(through: String, count: Int) {
        let use = Scenario.TransportUse.fake("sse", ["through": .choice(through)])
        let chain = MiddleboxChain(for: use, clients: 3)
        #expect(chain.boxes.map(\.name) == Array(repeating: "nginx", count: count))
        #expect(chain.isEmpty == (count == 0))
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

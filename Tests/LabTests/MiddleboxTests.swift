import LoadGenerator
import Scenario
import Testing
import Transports

@testable import Lab

@Suite("What stands between clients and server")
struct MiddleboxTests {
    private let server = ServerEndpoint(target: LoadTarget(host: "::1", port: 80, tls: .system), processes: [1])

    @Test("with nothing in between clients connect to the server itself")
    func nothing() async throws {
        let entrance = try await MiddleboxChain().whileRunning(before: Entrance(of: server)) { $0 }
        #expect(entrance.target == server.target)
        #expect(entrance.isServers)
        #expect(entrance.processes == [])
    }

    @Test("several stand in a row: clients meet the last one")
    func row() async throws {
        let chain = MiddleboxChain([FakeMiddlebox(name: "a", port: 81), FakeMiddlebox(name: "b", port: 82)])
        let entrance = try await chain.whileRunning(before: Entrance(of: server)) { $0 }
        #expect(entrance.target == LoadTarget(port: 82))
        #expect(!entrance.isServers)
        #expect(entrance.processes == [81, 82])
    }

    @Test("a forward proxy is asked for a tunnel to the server: the server's address and trust stay")
    func forwardProxy() async throws {
        let proxy = ProxyAddress(host: "p", port: 3_128)
        let chain = MiddleboxChain([ForwardProxy(address: proxy)])
        let entrance = try await chain.whileRunning(before: Entrance(of: server)) { $0 }
        #expect(entrance.target == LoadTarget(host: "::1", port: 80, tls: .system, proxy: proxy))
        #expect(!entrance.isServers)
    }

    @Test("what a use of a transport asks for", arguments: [("direct", 0), ("nginx", 1), ("nginx-http1.0", 1)])
    func asked(through: String, count: Int) {
        let use = Scenario.TransportUse(
            name: "sse", options: TransportOptions([Intermediary.name: .choice(through)]))
        let chain = MiddleboxChain(for: use, clients: 3)
        #expect(chain.boxes.map(\.name) == Array(repeating: "nginx", count: count))
        #expect(chain.isEmpty == (count == 0))
    }
}

import LoadGenerator
import Testing
import Transports

@testable import Lab
@testable import Scenario

@Suite("HAProxy before several servers")
struct BalancerConfigurationTests {
    private static let route = ProxyRoute(port: 40_001, serverPorts: [40_002, 40_003, 40_004], clients: 100)

    @Test("each connection goes to the next server, and one that refuses is not tried again")
    func text() {
        let configuration = BalancerConfiguration(route: Self.route)
        #expect(
            configuration.text == """
                global
                    maxconn 264

                defaults
                    mode http
                    timeout connect 5s
                    timeout client 2h
                    timeout http-request 2h
                    timeout http-keep-alive 2h
                    timeout server 2h
                    timeout tunnel 2h
                    option http-no-delay
                    http-reuse always

                listen pushlab
                    bind 127.0.0.1:40001 backlog 4096
                    balance roundrobin
                    option redispatch 1
                    default-server check inter 100ms fall 2 rise 1 pool-purge-delay 2h
                    server pushlab1 127.0.0.1:40002
                    server pushlab2 127.0.0.1:40003
                    server pushlab3 127.0.0.1:40004

                """)
        #expect(configuration.arguments(in: "/tmp/x") == ["-db", "-f", "haproxy.cfg"])
        #expect(configuration.descriptors == 784)
    }

    @Test("a case with several servers has HAProxy, and time to start them, instead of the transport's proxy")
    func middlebox() {
        let use = Scenario.TransportUse.fake("sse")
        let chain = MiddleboxChain(for: use, servers: 3, clients: 5)
        #expect(chain.boxes.map(\.name) == ["haproxy"])
        // 200 ms for HAProxy, 300 ms and 50 ms each for the servers.
        #expect(chain.startTime == .milliseconds(650))
    }

    @Test("HAProxy gets the ports of all servers; what is before HAProxy gets its port alone")
    func ports() {
        var server = ServerEndpoint(target: LoadTarget(port: 81))
        #expect(EntryPoint(of: server).serverPorts == [81])
        server.furtherPorts = [82, 83]
        let servers = EntryPoint(of: server)
        #expect(servers.serverPorts == [81, 82, 83])
        #expect(EntryPoint(LoadTarget(port: 90), before: servers).serverPorts == [90])
        #expect(EntryPoint(FakeLink(), port: 91, before: servers).serverPorts == [91])
    }
}

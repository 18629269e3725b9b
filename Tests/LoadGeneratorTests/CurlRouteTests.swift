import Host
import Measurement
import Testing
import Transports
import WireAccounting

@testable import LoadGenerator

@Suite("The way of libcurl's requests to the server", .timeLimit(.minutes(1)))
struct CurlRouteTests {
    @Test("the URLs of each client have another host name, which leads to the server, and Host is the server's")
    func names() {
        let route = CurlRoute(LoadTarget(host: "127.0.0.1", port: 8_080), isHTTP2: false)
        #expect(route.keepsApart)
        #expect(route.base(ofClient: 0) == "http://c0:8080")
        #expect(route.base(ofClient: 17) == "http://c17:8080")
        #expect(route.resolution(ofClient: 17) == "c17:8080:127.0.0.1")
        #expect(route.fieldLines([]) == ["Host: 127.0.0.1:8080"])
        #expect(route.fieldLines(["Accept: */*"]) == ["Host: 127.0.0.1:8080", "Accept: */*"])
    }

    @Test("Host is as libcurl writes it: without the usual port, with an address in its usual form")
    func hosts() {
        #expect(CurlRoute(LoadTarget(port: 80), isHTTP2: false).fieldLines([]) == ["Host: 127.0.0.1"])
        #expect(CurlRoute(LoadTarget(port: 443), isHTTP2: false).fieldLines([]) == ["Host: 127.0.0.1:443"])
        let six = CurlRoute(LoadTarget(host: "::1", port: 81), isHTTP2: false)
        #expect(six.fieldLines([]) == ["Host: [::1]:81"])
        #expect(six.resolution(ofClient: 2) == "c2:81:[::1]")
        let short = CurlRoute(LoadTarget(host: "127.1", port: 81), isHTTP2: false)
        #expect(short.fieldLines([]) == ["Host: 127.0.0.1:81"])
    }

    @Test("a client's own Host stays", arguments: ["Host: example.org", "host:example.org", "HOST;"])
    func ownHost(line: String) {
        let route = CurlRoute(LoadTarget(port: 81), isHTTP2: false)
        #expect(route.fieldLines(["Accept: */*", line]) == ["Accept: */*", line])
    }

    @Test("with a simulated network, names lead there, and Host is the server's")
    func link() {
        var target = LoadTarget(host: "192.0.2.7", port: 81)
        target.linkPort = 4_000
        let route = CurlRoute(target, isHTTP2: false)
        #expect(route.base(ofClient: 3) == "http://c3:4000")
        #expect(route.resolution(ofClient: 3) == "c3:4000:127.0.0.1")
        #expect(route.fieldLines([]) == ["Host: 192.0.2.7:81"])
    }

    @Test("with TLS, a proxy or HTTP/2, and for a host without an address, URLs have the server's name")
    func together() {
        let proxy = ProxyAddress(host: "127.0.0.1", port: 3_128)
        let routes = [
            CurlRoute(LoadTarget(port: 81, tls: .anyone), isHTTP2: false),
            CurlRoute(LoadTarget(port: 81, proxy: proxy), isHTTP2: false),
            CurlRoute(LoadTarget(port: 81), isHTTP2: true),
            CurlRoute(LoadTarget(host: "no-such-host.invalid", port: 81), isHTTP2: false),
        ]
        for route in routes {
            #expect(!route.keepsApart)
            #expect(route.resolution(ofClient: 1) == nil)
            #expect(route.fieldLines(["Accept: */*"]) == ["Accept: */*"])
        }
        #expect(routes[0].base(ofClient: 1) == "https://127.0.0.1:81")
        #expect(routes[2].base(ofClient: 1) == "http://127.0.0.1:81")
    }

    @Test("a client never gets another client's connection, although they share a multi handle")
    func connectionsStayApart() async throws {
        let server = try CountingServer()
        let now = MonotonicClock.now()
        var options = ShortPolling.defaultOptions
        options[ShortPolling.interval] = .milliseconds(10)
        let plan = LoadPlan(
            target: LoadTarget(port: server.port), transport: "short-poll", options: options, clients: 20,
            times: LoadTimes(start: now, windowStart: now, windowEnd: now + .milliseconds(600)))
        let record = try await LoadWorker.run(plan) { nil }
        let heads = server.heads
        #expect(record.exchanges.connects == 20)
        #expect(heads.count == 20)
        #expect(heads.allSatisfy { $0.count > 5 })
        for (connection, requests) in heads.enumerated() {
            // The server numbers the items of each connection apart, so a cursor shows whose request it is.
            let first = connection * 1_000
            for (number, head) in requests.enumerated() {
                let cursor = number == 0 ? 0 : first + number
                #expect(head == "GET /poll?after=\(cursor) HTTP/1.1\r\nHost: 127.0.0.1:\(server.port)\r\nAccept: */*")
            }
        }
        #expect(record.ledger.tcpPayloadBytes(.up) == record.kernel.bytesUp)
        #expect(record.ledger.tcpPayloadBytes(.down) == record.kernel.bytesDown)
    }
}

import Testing
import Transports

@Suite("Options of proxies between clients and server")
struct IntermediaryTests {
    private static let names = ["short-poll", "long-poll", "http-stream", "sse", "websocket"]
    /// With HTTP/1.1 to the server, which every transport over HTTP can use.
    private static let proxies = ["nginx", "haproxy", "apache", "caddy"]

    @Test("every HTTP transport works through every proxy, and its variant says so", arguments: names, proxies)
    func named(name: String, proxy: String) throws {
        let transport = try #require(TransportRegistry.standard.push(named: name))
        let options = try transport.checkedOptions(["through": .choice(proxy)])
        #expect(options[Intermediary.key].rawValue == proxy)
        #expect(options[Intermediary.key].programName == proxy)
        #expect(transport.optionsText(options, choicesOnly: true) == "through-\(proxy)")
        #expect(try transport.checkedOptions([:])[Intermediary.key] == .direct)
        #expect(throws: TransportOptionFault.self) { try transport.checkedOptions(["through": .choice("squid")]) }
    }

    @Test("echoes work through every proxy", arguments: proxies)
    func echoes(proxy: String) throws {
        for transport in TransportRegistry.standard.echo {
            #expect(try transport.checkedOptions(["through": .choice(proxy)])[Intermediary.key].rawValue == proxy)
        }
    }

    @Test("WebSocket does not work through a proxy that uses HTTP/1.0 to the server")
    func http10() throws {
        let through = ["through": TransportOptionValue.choice("nginx-http1.0")]
        #expect(try ServerSentEvents.checkedOptions(through)[Intermediary.key] == .nginxHTTP10)
        let fault = #expect(throws: TransportOptionFault.self) { try WebSocketPush.checkedOptions(through) }
        #expect(
            fault?.description == "through is \"nginx-http1.0\"; allowed direct, nginx, haproxy, apache, caddy")
    }

    @Test("only HTTP/1.0 to the server holds a stream")
    func holding() {
        #expect(Intermediary.allCases.filter(\.holdsStreams) == [.nginxHTTP10])
        #expect(Intermediary.nginxHTTP10.programName == "nginx")
        #expect(Intermediary.direct.programName == nil)
    }

    @Test("other names of programs lead to a suggestion", arguments: [("apache2", "apache"), ("httpd", "apache")])
    func otherNames(written: String, meant: String) {
        let fault = #expect(throws: TransportOptionFault.self) {
            try Intermediary.key.option.value(reading: written)
        }
        #expect(fault?.description.hasSuffix("; did you mean \(meant)?") == true)
    }

    @Test("raw TCP does not work through an HTTP proxy", arguments: proxies)
    func rawTCP(proxy: String) {
        #expect(throws: TransportOptionFault.self) { try RawTCP.checkedOptions(["through": .choice(proxy)]) }
    }

    @Test("no transport can combine a proxy with TLS", arguments: names, proxies)
    func encrypted(name: String, proxy: String) throws {
        let transport = try #require(TransportRegistry.standard.push(named: name))
        let fault = #expect(throws: TransportOptionFault.self) {
            try transport.checkedOptions(["through": .choice(proxy), "tls": .flag(true)])
        }
        #expect(
            fault?.description
                == "through is \(proxy), which does not accept encrypted connections; remove tls")
        _ = try transport.checkedOptions(["through": .choice("direct"), "tls": .flag(true)])
    }

    @Test(
        "a handshake that does not allow changed headers does not work through a proxy",
        arguments: [("hixie-75", false), ("hixie-76", false), ("hybi-07", true), ("hybi-10", true), ("rfc6455", true)])
    func drafts(version: String, passes: Bool) throws {
        for proxy in Self.proxies {
            let given = ["through": TransportOptionValue.choice(proxy), "version": .choice(version)]
            if passes {
                _ = try WebSocketPush.checkedOptions(given)
            } else {
                let fault = #expect(throws: TransportOptionFault.self) { try WebSocketPush.checkedOptions(given) }
                #expect(fault?.description.contains("the handshake of \(version) does not allow that") == true)
            }
        }
    }
}

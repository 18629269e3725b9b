import Testing
import Transports

@Suite("Options of proxies between clients and server")
struct IntermediaryTests {
    private static let names = ["short-poll", "long-poll", "http-stream", "sse", "websocket"]

    @Test("every HTTP transport works through nginx, and its variant says so", arguments: names)
    func named(name: String) throws {
        let transport = try #require(TransportRegistry.standard.push(named: name))
        let options = try transport.checkedOptions(["through": .choice("nginx")])
        #expect(options[Intermediary.key] == .nginx)
        #expect(transport.optionsText(options, choicesOnly: true) == "through-nginx")
        #expect(try transport.checkedOptions([:])[Intermediary.key] == .direct)
        #expect(throws: TransportOptionFault.self) { try transport.checkedOptions(["through": .choice("squid")]) }
    }

    @Test("WebSocket does not work through a proxy that uses HTTP/1.0 to the server")
    func http10() throws {
        let through = ["through": TransportOptionValue.choice("nginx-http1.0")]
        #expect(try ServerSentEvents.checkedOptions(through)[Intermediary.key] == .nginxHTTP10)
        let fault = #expect(throws: TransportOptionFault.self) { try WebSocketPush.checkedOptions(through) }
        #expect(fault?.description == "through is \"nginx-http1.0\"; allowed direct, nginx")
    }

    @Test("raw TCP does not work through an HTTP proxy")
    func rawTCP() {
        #expect(throws: TransportOptionFault.self) { try RawTCP.checkedOptions(["through": .choice("nginx")]) }
    }

    @Test("no transport can combine the proxy with TLS", arguments: names)
    func encrypted(name: String) throws {
        let transport = try #require(TransportRegistry.standard.push(named: name))
        let fault = #expect(throws: TransportOptionFault.self) {
            try transport.checkedOptions(["through": .choice("nginx"), "tls": .flag(true)])
        }
        #expect(
            fault?.description == "through is nginx, which does not accept encrypted connections; remove tls")
        _ = try transport.checkedOptions(["through": .choice("direct"), "tls": .flag(true)])
    }

    @Test(
        "a handshake that does not allow changed headers does not work through the proxy",
        arguments: [("hixie-75", false), ("hixie-76", false), ("hybi-07", true), ("hybi-10", true), ("rfc6455", true)])
    func drafts(version: String, passes: Bool) throws {
        let given = ["through": TransportOptionValue.choice("nginx"), "version": .choice(version)]
        if passes {
            _ = try WebSocketPush.checkedOptions(given)
        } else {
            let fault = #expect(throws: TransportOptionFault.self) { try WebSocketPush.checkedOptions(given) }
            #expect(fault?.description.contains("the handshake of \(version) does not allow that") == true)
        }
    }
}

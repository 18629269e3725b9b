import Testing
import Transports

@Suite("What stands between clients and server")
struct IntermediaryTests {
    private static let names = ["short-poll", "long-poll", "http-stream", "sse", "websocket"]

    @Test("every transport of HTTP goes through nginx, and says so in its variant", arguments: names)
    func named(name: String) throws {
        let transport = try #require(TransportRegistry.standard.push(named: name))
        let options = try transport.checkedOptions(["through": .choice("nginx")])
        #expect(options[Intermediary.key] == .nginx)
        #expect(transport.optionsText(options, choicesOnly: true) == "through-nginx")
        #expect(try transport.checkedOptions([:])[Intermediary.key] == .direct)
        #expect(throws: TransportOptionFault.self) { try transport.checkedOptions(["through": .choice("squid")]) }
    }

    @Test("where the server is spoken to in HTTP/1.0, there is no WebSocket")
    func http10() throws {
        let through = ["through": TransportOptionValue.choice("nginx-http1.0")]
        #expect(try ServerSentEvents.checkedOptions(through)[Intermediary.key] == .nginxHTTP10)
        let fault = #expect(throws: TransportOptionFault.self) { try WebSocketPush.checkedOptions(through) }
        #expect(fault?.description == "through is 'nginx-http1.0'; allowed: direct, nginx")
    }

    @Test("raw TCP is no HTTP")
    func rawTCP() {
        #expect(throws: TransportOptionFault.self) { try RawTCP.checkedOptions(["through": .choice("nginx")]) }
    }

    @Test("TLS does not go through it, in no transport", arguments: names)
    func encrypted(name: String) throws {
        let transport = try #require(TransportRegistry.standard.push(named: name))
        let fault = #expect(throws: TransportOptionFault.self) {
            try transport.checkedOptions(["through": .choice("nginx"), "tls": .flag(true)])
        }
        #expect(
            fault?.description == "through is nginx, which is reached without encryption; leave tls out")
        _ = try transport.checkedOptions(["through": .choice("direct"), "tls": .flag(true)])
    }

    @Test(
        "a handshake that allows no change of its head does not go through it",
        arguments: [("hixie-75", false), ("hixie-76", false), ("hybi-07", true), ("hybi-10", true), ("rfc6455", true)])
    func drafts(version: String, passes: Bool) throws {
        let given = ["through": TransportOptionValue.choice("nginx"), "version": .choice(version)]
        if passes {
            _ = try WebSocketPush.checkedOptions(given)
        } else {
            let fault = #expect(throws: TransportOptionFault.self) { try WebSocketPush.checkedOptions(given) }
            #expect(fault?.description.contains("the handshake of \(version) allows no such change") == true)
        }
    }
}

import Link
import LinkRelay
import Testing

@Suite("Addresses that a relay cannot use, and its limits", .serialized, .timeLimit(.minutes(1)))
struct RelayFaultTests {
    private static let unused = RelayAddress(host: "127.0.0.1", port: 1)

    @Test("an address in use, one of another machine, an unknown name")
    func listening() throws {
        let listener = try Listener()
        expectFault(
            "cannot listen on 127.0.0.1:\(listener.port): the port is in use; choose another one, or 0 for any free "
                + "one",
            listening: RelayAddress(host: "127.0.0.1", port: listener.port))
        expectFault(
            "cannot listen on 192.0.2.1:0: this machine lacks that address; 'ip address' lists those it has",
            listening: RelayAddress(host: "192.0.2.1", port: 0))
        expectFault(
            "the host name no-such-host.invalid is unknown; correct it, or use an IP address",
            listening: RelayAddress(host: "no-such-host.invalid", port: 0))
    }

    private func expectFault(
        _ sentence: String, listening: RelayAddress, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        do throws(LinkRelayFault) {
            _ = try LinkRelay(LinkSettings(), seed: 1, to: Self.unused, listening: listening)
            Issue.record("the relay listens", sourceLocation: sourceLocation)
        } catch {
            #expect(error.description == sentence, sourceLocation: sourceLocation)
        }
    }

    @Test("the address of a target that answers; a target that does not")
    func answering() throws {
        let listener = try Listener()
        let name = RelayAddress(host: "localhost", port: listener.port)
        #expect(try LinkRelay.answering(name) == RelayAddress(host: "127.0.0.1", port: listener.port))
        #expect(throws: LinkRelayFault.self) { try LinkRelay.answering(Self.unused) }
        do throws(LinkRelayFault) {
            _ = try LinkRelay.answering(Self.unused)
        } catch {
            #expect(
                error.description
                    == "the target 127.0.0.1:1 refuses connections: no server listens there; start it first")
        }
    }

    @Test("if the target refuses a connection, its client is reset, and the report says why")
    func refused() async throws {
        let relay = try LinkRelay(LinkSettings(), seed: 1, to: Self.unused)
        let client = try Peer(connectingTo: relay.port)
        #expect(client.read() == .reset)
        let report = await relay.stop()
        #expect(report.refusals == 1)
        #expect(report.faults == ["the target 127.0.0.1:1 refuses connections: no server listens there"])
    }

    @Test("a target that ends while the relay runs: open connections end, further ones are refused")
    func targetEnds() async throws {
        let line = try Line()
        let (client, server) = try line.connect()
        line.listener.close()
        server.reset()
        #expect(client.read() == .reset)
        let next = try Peer(connectingTo: line.relay.port)
        #expect(next.read() == .reset)
        #expect(await line.relay.stop().refusals == 1)
    }

    @Test("a client beyond the maximum waits until another one has ended")
    func maximum() async throws {
        let line = try Line(maximumConnections: 1)
        let (first, server) = try line.connect()
        let second = try Peer(connectingTo: line.relay.port)
        second.send("two")
        #expect(await line.relay.report().connections == 1)
        first.close()
        #expect(server.read() == .end)
        server.close()
        let next = try line.listener.accept()
        #expect(try next.text(3) == "two")
        _ = await line.relay.stop()
    }
}

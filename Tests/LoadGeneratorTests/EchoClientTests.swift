import Host
import Measurement
import Testing

@testable import LoadGenerator

@Suite("The echo client of a server that does not answer", .timeLimit(.minutes(1)))
struct EchoClientTests {
    @Test("it waits a limited time for the handshakes of WebSocket, TLS and a proxy", arguments: ["", "tls", "proxy"])
    func unanswered(way: String) async throws {
        let server = try CannedHTTP(answer: "")
        let proxy = way == "proxy" ? ProxyAddress(host: "127.0.0.1", port: server.port) : nil
        let client = try EchoClient(
            host: "127.0.0.1", port: server.port, target: "/", tls: way == "tls" ? .anyone : nil, proxy: proxy,
            handshakeTimeout: .milliseconds(200))
        let error = await #expect(throws: EchoClientFault.self) { try await client.run() }
        #expect(
            error?.description == "the WebSocket handshake failed: the server accepted the connection and did not "
                + "answer within 200 ms")
    }
}

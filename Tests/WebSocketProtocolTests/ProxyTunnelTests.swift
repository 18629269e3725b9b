import HTTP
import NIOCore
import Testing
import WebSocketProtocol

@Suite("A tunnel through a proxy, RFC 9110 §9.3.6")
struct ProxyTunnelTests {
    @Test("the request names the server and has the credentials of RFC 7617's example")
    func request() {
        let tunnel = ProxyTunnel(
            to: "server.example.com:443", credentials: .init(user: "Aladdin", password: "open sesame"))
        #expect(
            String(buffer: tunnel.requestHead)
                == "CONNECT server.example.com:443 HTTP/1.1\r\nHost: server.example.com:443\r\n"
                + "Proxy-Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n\r\n")
    }

    @Test(
        "any 2xx opens it, also over HTTP/1.0, and later bytes stay unread",
        arguments: ["HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.0 204 Connection established\r\nVia: x\r\n\r\n"],
        [1, 3, 1_000])
    func opens(answer: String, chunkBytes: Int) throws {
        var tunnel = ProxyTunnel(to: "a:1")
        var rest = Array(answer.utf8)[...] + [0x16, 0x03]
        var isOpen = false
        while !isOpen, !rest.isEmpty {
            var bytes = ByteBuffer(bytes: rest.prefix(chunkBytes))
            rest = rest.dropFirst(chunkBytes)
            isOpen = try tunnel.receive(&bytes)
            rest = bytes.readableBytesView + rest
        }
        #expect(isOpen)
        #expect(rest == [0x16, 0x03])
        #expect(tunnel.responseBytes == answer.utf8.count)
    }

    @Test(
        "every other response is a refusal",
        arguments: [
            ("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", HandshakeError.refusedByProxy(407)),
            ("HTTP/1.1 101 Switching Protocols\r\n\r\n", .refusedByProxy(101)),
            ("HTTP/2 200\r\n\r\n", .malformedResponse(.malformedStatusLine("HTTP/2 200"))),
            ("SSH-2.0\r\n\r\n", .malformedResponse(.malformedStatusLine("SSH-2.0"))),
        ])
    func refusals(answer: String, error: HandshakeError) {
        var tunnel = ProxyTunnel(to: "a:1")
        var bytes = ByteBuffer(string: answer)
        #expect(throws: error) { try tunnel.receive(&bytes) }
    }

    @Test("an endless response is refused at 16 KiB")
    func endless() {
        var tunnel = ProxyTunnel(to: "a:1")
        var bytes = ByteBuffer(string: "HTTP/1.1 200 OK\r\nX: " + String(repeating: "x", count: 16 << 10))
        #expect(throws: HandshakeError.malformedResponse(.oversizedHead(limitBytes: 16 << 10))) {
            try tunnel.receive(&bytes)
        }
    }
}

import NIOCore
import Testing
import WebSocketProtocol

/// 12 and 13: permessage-deflate as negotiated in a complete handshake; every message is echoed.
@Suite("Conformance: permessage-deflate", .serialized)
struct ConformanceDeflateTests {
    struct Preferences: Sendable, CustomTestStringConvertible {
        let client: DeflateParameters
        let server: DeflateParameters

        var testDescription: String { "client \(client), server \(server)" }
    }

    static let every: [Preferences] = (8...15).flatMap { bits in
        [(bits, 15), (15, bits), (bits, bits)].flatMap { server, client in
            [(false, false), (true, false), (false, true), (true, true)].flatMap { serverForgets, clientForgets in
                let preferred = DeflateParameters(
                    serverNoContextTakeover: serverForgets, clientNoContextTakeover: clientForgets,
                    serverMaxWindowBits: server, clientMaxWindowBits: client)
                return [
                    Preferences(client: preferred, server: DeflateParameters()),
                    Preferences(client: DeflateParameters(), server: preferred),
                ]
            }
        }
    }

    /// Sizes as in 12.1, contents as in 12.1 to 12.5: from one repeated byte to random data.
    static let messages: [(kind: MessageKind, payload: [UInt8])] = [0, 1, 16, 64, 256, 600, 1_024, 4_096].flatMap {
        bytes -> [(MessageKind, [UInt8])] in
        var keys = MaskKeySource(seed: UInt64(bytes))
        var noise = ByteBuffer()
        while noise.readableBytes < bytes {
            let key = keys.next()
            withUnsafeBytes(of: key) { _ = noise.writeBytes($0.prefix(bytes - noise.readableBytes)) }
        }
        return [
            (.text, [UInt8](repeating: 0x2A, count: bytes)),
            (.text, Array(String(repeating: "{\"AutobahnPython/0.6.0\": κόσμε}", count: bytes / 30 + 1).utf8)),
            (.binary, noise.array),
            // A small window does not reach back to the first copy.
            (.binary, noise.array),
        ]
    }

    /// The parameters that client and server negotiate in a complete handshake.
    static func agreed(_ preferences: Preferences) throws -> DeflateParameters {
        var client = ClientHandshake(
            host: "a", target: "/", key: DeflateNegotiationTests.key, deflate: preferences.client)
        let offer = try #require(
            String(buffer: client.request).split(separator: "\r\n").first { $0.contains("Extensions: ") })
        let request = ServerHandshakeTests.request(
            setting: [
                ("Sec-WebSocket-Extensions", String(offer.split(separator: ": ")[1])),
                ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
            ])
        let acceptance = try ServerHandshake(deflate: preferences.server).accept(ServerHandshakeTests.head(request))
        var head = acceptance.responseHead
        let ofClient = try #require(try client.receive(&head)?.deflate)
        #expect(ofClient == acceptance.agreement.deflate)
        return ofClient
    }

    @Test("13 every pair of preferences: both sides agree, and every message is echoed", arguments: every)
    func preferences(_ preferences: Preferences) throws {
        let parameters = try Self.agreed(preferences)
        for role in WebSocketRole.both {
            var sender = WebSocketEndpoint(role: role.peer, maskKeys: MaskKeySource(seed: 3), deflate: parameters)
            for message in Self.messages { sender.send(message.kind, ByteBuffer(bytes: message.payload)) }
            let sent = sender.takeOutput()?.array ?? []
            let echo = WebSocketEndpoint(role: role, maskKeys: MaskKeySource(seed: 4), deflate: parameters)
            let run = ConformanceRun(sent, chunkBytes: 2_048, into: echo)
            #expect(run.error == nil)
            let back = Dribble(run.output, chunkBytes: 999, into: sender)
            #expect(back.error == nil)
            #expect(back.events == Self.messages.map { .message($0.kind, ByteBuffer(bytes: $0.payload)) })
        }
    }

    @Test(
        "12 compressed messages in fragments of any size, with Pings between them",
        arguments: WebSocketRole.both, [1, 7, 1_000])
    func fragments(role: WebSocketRole, fragmentBytes: Int) {
        let parameters = DeflateParameters()
        var sender = WebSocketEndpoint(role: role.peer, maskKeys: MaskKeySource(seed: 5), deflate: parameters)
        var wire: [UInt8] = []
        for message in Self.messages {
            sender.send(message.kind, ByteBuffer(bytes: message.payload))
            let frame = Self.frame(in: sender.takeOutput()?.array ?? [], from: role.peer)
            let cut = frame.fragments(of: fragmentBytes)
            for part in cut {
                wire += Wire.frame(part.first, part.payload, from: role.peer)
                if cut.count < 50 { wire += Wire.frame(0x89, [0x70], from: role.peer) }
            }
        }
        for chunkBytes in [1, 13, .max] where chunkBytes >= wire.count / 100_000 {
            let run = Dribble(wire, chunkBytes: chunkBytes, into: WebSocketEndpoint(role: role, deflate: parameters))
            #expect(run.error == nil)
            let messages = run.events.filter { $0 != .ping("p") }
            #expect(messages == Self.messages.map { .message($0.kind, ByteBuffer(bytes: $0.payload)) })
        }
    }

    @Test("a message may contain 100,000 final blocks, and the window continues")
    func finalBlocks() {
        // An empty final block is 03 00 (RFC 1951 §3.2.6); after the last one follows the byte of §7.2.3.4.
        let blocks = (0..<100_000).flatMap { _ in [0x03, 0x00] as [UInt8] }
        let hello: [UInt8] = [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00]
        let wire =
            Wire.frame(0xC1, hello, from: .server) + Wire.frame(0xC1, blocks + [0x00], from: .server)
            + Wire.frame(0xC1, [0xF2, 0x00, 0x11, 0x00, 0x00], from: .server)
        let run = Dribble(wire, into: WebSocketEndpoint(role: .client, deflate: DeflateParameters()))
        #expect(run.error == nil)
        #expect(run.events == [.text("Hello"), .text(""), .text("Hello")])
    }

    @Test("16 MiB of random data, which deflate enlarges, are accepted in one frame under the default limits")
    func largestNoise() {
        var keys = MaskKeySource(seed: 8)
        // Repeated at a distance that no window reaches.
        let noise64KiB = (0..<16_384).flatMap { _ in withUnsafeBytes(of: keys.next()) { Array($0) } }
        var noise = ByteBuffer()
        for _ in 0..<256 { noise.writeBytes(noise64KiB) }
        var server = WebSocketEndpoint(role: .server, deflate: DeflateParameters())
        server.send(.binary, noise)
        var client = WebSocketEndpoint(role: .client, deflate: DeflateParameters())
        guard var output = server.takeOutput() else { return }
        #expect(output.readableBytes > 16 << 20)
        client.receive(&output)
        #expect(throws: Never.self) { try client.nextEvent() == .message(.binary, noise) }
        #expect(client.received.messageBytes == 16 << 20)
    }

    private static func frame(in wire: [UInt8], from sender: WebSocketRole) -> ConformanceCase.Frame {
        // Length of the extended length field; then the mask key and the payload.
        let long = wire[1] & 0x7F == 126 ? 2 : 0
        let masks = sender == .client
        let key = masks ? Array(wire[(2 + long)..<(6 + long)]) : [0, 0, 0, 0]
        let payload = wire[(2 + long + (masks ? 4 : 0))...].enumerated().map { $1 ^ key[$0 & 3] }
        return ConformanceCase.Frame(wire[0], payload)
    }
}

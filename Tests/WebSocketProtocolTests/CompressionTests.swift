import NIOCore
import Testing

@testable import WebSocketProtocol

@Suite("Compressed messages, RFC 7692 §6–§7.2")
struct CompressionTests {
    static let takeover = DeflateParameters()
    static let noTakeover = DeflateParameters(serverNoContextTakeover: true, clientNoContextTakeover: true)
    static let hello: [UInt8] = [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00]

    static func client(_ deflate: DeflateParameters = takeover, messageBytes: Int = 1 << 20) -> WebSocketEndpoint {
        let limits = WebSocketLimits(messageBytes: messageBytes)
        return WebSocketEndpoint(role: .client, limits: limits, deflate: deflate)
    }

    @Test("two Hellos are §7.2.3's bytes, with and without context takeover")
    func sendsHello() {
        var server = WebSocketEndpoint(role: .server, deflate: Self.takeover)
        server.send(text: "Hello")
        #expect(server.takeOutput()?.array == [0xC1, 0x07] + Self.hello)
        server.send(text: "Hello")
        #expect(server.takeOutput()?.array == [0xC1, 0x05, 0xF2, 0x00, 0x11, 0x00, 0x00])
        var forgetful = WebSocketEndpoint(role: .server, deflate: Self.noTakeover)
        forgetful.send(text: "Hello")
        forgetful.send(text: "Hello")
        #expect(forgetful.takeOutput()?.array == [0xC1, 0x07] + Self.hello + [0xC1, 0x07] + Self.hello)
        #expect(forgetful.sent.compressedBytes == 14)
        #expect(forgetful.sent.inflatedBytes == 10)
    }

    @Test(
        "§7.2.3's examples inflate to Hello",
        arguments: [
            [0xC1, 0x07, 0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00],
            [0x41, 0x03, 0xF2, 0x48, 0xCD, 0x80, 0x04, 0xC9, 0xC9, 0x07, 0x00],
            // §7.2.3.3: no compression; §7.2.3.4: a final block; §7.2.3.5: two blocks.
            [0xC1, 0x0B, 0x00, 0x05, 0x00, 0xFA, 0xFF, 0x48, 0x65, 0x6C, 0x6C, 0x6F, 0x00],
            [0xC1, 0x08, 0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x00],
            [0xC1, 0x0D, 0xF2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xCA, 0xC9, 0xC9, 0x07, 0x00],
        ] as [[UInt8]],
        [1, 2, 5, 11]
    )
    func inflates(wire: [UInt8], chunkBytes: Int) {
        let run = Dribble(wire, chunkBytes: chunkBytes, into: Self.client())
        #expect(run.events == [.text("Hello")])
        #expect(run.endpoint.received.frameBytes == wire.count)
        #expect(run.endpoint.received.inflatedBytes == 5)
        // The window continues, even after a final block.
        let again = Dribble([0xC1, 0x05, 0xF2, 0x00, 0x11, 0x00, 0x00], into: run.endpoint)
        #expect(again.events == [.text("Hello")])
    }

    @Test("a back reference beyond a reset window fails with 1007")
    func resetWindow() {
        let wire: [UInt8] = [0xC1, 0x07] + Self.hello + [0xC1, 0x05, 0xF2, 0x00, 0x11, 0x00, 0x00]
        let run = Dribble(wire, into: Self.client(Self.noTakeover))
        #expect(run.events == [.text("Hello")])
        #expect(run.error == .invalidCompressedData)
    }

    @Test(
        "RSV1 is allowed only on a message's first frame",
        arguments: [
            [0xC9, 0x00], [0xC8, 0x00], [0xCA, 0x00], [0x41, 0x01, 0xF2, 0xC0, 0x00], [0xC0, 0x00],
        ] as [[UInt8]]
    )
    func reservedBit(wire: [UInt8]) {
        #expect(Dribble(wire, into: Self.client()).error == .reservedBits(seen: 0x40))
    }

    @Test("uncompressed messages and Pings are accepted between compressed messages")
    func mixed() {
        let wire: [UInt8] =
            [0x41, 0x03, 0xF2, 0x48, 0xCD, 0x89, 0x00, 0x80, 0x04, 0xC9, 0xC9, 0x07, 0x00, 0x81, 0x01, 0x61]
            + [0xC1, 0x05, 0xF2, 0x00, 0x11, 0x00, 0x00]
        let run = Dribble(wire, chunkBytes: 3, into: Self.client())
        #expect(run.events == [.ping(""), .text("Hello"), .text("a"), .text("Hello")])
        #expect(run.endpoint.received.compressedMessages == 2)
        #expect(run.endpoint.received.messages == 3)
    }

    @Test("every empty message compresses to one zero byte")
    func empty() {
        var server = WebSocketEndpoint(role: .server, deflate: Self.takeover)
        for text in ["", "", "Hello", "", "Hello"] { server.send(text: text) }
        let wire = server.takeOutput()?.array ?? []
        #expect(Array(wire.prefix(6)) == [0xC1, 0x01, 0x00, 0xC1, 0x01, 0x00])
        let run = Dribble(wire + [0xC1, 0x00], into: Self.client())
        #expect(run.events == [.text(""), .text(""), .text("Hello"), .text(""), .text("Hello"), .text("")])
    }

    @Test("compressed text must be UTF-8 after inflating")
    func invalidText() {
        var server = WebSocketEndpoint(role: .server, deflate: Self.takeover)
        server.send(.text, ByteBuffer(bytes: [0xED, 0xA0, 0x80]))
        #expect(Dribble(server.takeOutput()?.array ?? [], into: Self.client()).error == .invalidUTF8)
    }

    @Test(
        "a payload that does not inflate or ends inside a block fails with 1007",
        arguments: [[0xFF], [0x06], [0xF2, 0x48, 0xCD], [0xF2, 0x48], [0x00, 0x05, 0x00]] as [[UInt8]]
    )
    func garbage(payload: [UInt8]) {
        let run = Dribble([0xC2, UInt8(payload.count)] + payload, into: Self.client())
        #expect(run.error == .invalidCompressedData)
    }

    @Test("a decompression bomb fails with 1009 at the limit; a message of the limit's size is accepted")
    func bomb() {
        var server = WebSocketEndpoint(role: .server, deflate: Self.noTakeover)
        server.send(.binary, ByteBuffer(repeating: 0, count: 4 << 20))
        let wire = server.takeOutput()?.array ?? []
        #expect(wire.count < 5_000)
        let run = Dribble(wire, into: Self.client(Self.noTakeover, messageBytes: 1 << 20))
        #expect(run.error == .oversizedMessage(allowedBytes: 1 << 20))
        server.send(.binary, ByteBuffer(repeating: 0, count: 100_000))
        let exact = server.takeOutput()?.array ?? []
        #expect(Dribble(exact, into: Self.client(Self.noTakeover, messageBytes: 99_999)).error != nil)
        let passed = Dribble(exact, into: Self.client(Self.noTakeover, messageBytes: 100_000))
        #expect(passed.events == [.binary([UInt8](repeating: 0, count: 100_000))])
    }

    @Test("random data that deflates to more than the limit is accepted if the message is within it")
    func noise() {
        var keys = MaskKeySource(seed: 7)
        let noise = (0..<10_000).map { _ in UInt8(truncatingIfNeeded: keys.next().littleEndian) }
        var server = WebSocketEndpoint(role: .server, deflate: Self.takeover)
        server.send(.binary, ByteBuffer(bytes: noise))
        #expect(server.sent.payloadBytes > 10_000)
        let wire = server.takeOutput()?.array ?? []
        #expect(Dribble(wire, into: Self.client(messageBytes: 10_000)).events == [.binary(noise)])
        #expect(Dribble(wire, into: Self.client(messageBytes: 9_999)).error == .oversizedMessage(allowedBytes: 9_999))
    }

    @Test("every window size carries messages of every kind in both directions", arguments: 8...15, [false, true])
    func windows(bits: Int, forgets: Bool) {
        let parameters = DeflateParameters(
            serverNoContextTakeover: forgets,
            clientNoContextTakeover: forgets,
            serverMaxWindowBits: bits,
            clientMaxWindowBits: bits
        )
        var keys = MaskKeySource(seed: 42)
        let noise = (0..<40_000).map { _ in UInt8(truncatingIfNeeded: keys.next().littleEndian) }
        let messages = [noise, Array("abc".utf8), [UInt8](repeating: 7, count: 65_536), [], noise, Array("abc".utf8)]
        for role in WebSocketRole.both {
            var sender = WebSocketEndpoint(role: role, deflate: parameters)
            for message in messages { sender.send(.binary, ByteBuffer(bytes: message)) }
            let receiver = WebSocketEndpoint(role: role.peer, deflate: parameters)
            let run = Dribble(sender.takeOutput()?.array ?? [], chunkBytes: 9_999, into: receiver)
            #expect(run.events == messages.map { .binary($0) })
            #expect(run.endpoint.received == sender.sent)
        }
    }

    @Test("a message is compressed once for all clients that negotiated no context takeover")
    func shared() {
        let deflater = SharedDeflater(windowBits: 12)
        let first = deflater.prepare(.text, ByteBuffer(string: "Hello"))
        let second = deflater.prepare(.text, ByteBuffer(string: "Hello"))
        #expect(first.frame.array == [0xC1, 0x07] + Self.hello)
        #expect(second.frame == first.frame)
        var server = WebSocketEndpoint(role: .server, deflate: Self.noTakeover)
        let sent = (server.send(first)?.array ?? []) + (server.send(second)?.array ?? [])
        #expect(Dribble(sent, into: Self.client(Self.noTakeover)).events == [.text("Hello"), .text("Hello")])
        #expect(server.sent.frameBytes == sent.count)
        #expect(server.sent.inflatedBytes == 10)
        let small = DeflateParameters(serverNoContextTakeover: true, serverMaxWindowBits: 11)
        #expect(!WebSocketEndpoint(role: .server).canSend(first))
        #expect(!WebSocketEndpoint(role: .server, deflate: Self.takeover).canSend(first))
        #expect(!WebSocketEndpoint(role: .server, deflate: small).canSend(first))
        #expect(WebSocketEndpoint(role: .server).canSend(PreparedMessage(.text, ByteBuffer(string: "Hello"))))
    }

    @Test("messages below the minimum are sent uncompressed")
    func minimum() {
        let effort = DeflateEffort(minimumBytes: 6)
        var server = WebSocketEndpoint(role: .server, deflate: Self.takeover, effort: effort)
        server.send(text: "Hello")
        #expect(server.takeOutput()?.array == [0x81, 0x05] + Array("Hello".utf8))
        #expect(SharedDeflater(effort: effort).prepare(.text, ByteBuffer(string: "Hello")).frame.array.first == 0x81)
    }
}

import NIOCore
import Testing
import WebSocketProtocol

@Suite("Frame encoding and masking, RFC 6455 §5")
struct FrameEncodingTests {
    @Test("a server's Hello is the frame of §5.7")
    func hello() {
        let frame = FrameEncoder.unmaskedFrame(.text, payload: ByteBuffer(string: "Hello"))
        #expect(frame.array == [0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f])
        #expect(PreparedMessage(.text, ByteBuffer(string: "Hello")).frame == frame)
    }

    @Test("masking Hello with the key of §5.7 gives the bytes of §5.7")
    func maskedHello() {
        var payload = Array("Hello".utf8)
        payload.withUnsafeMutableBytes { Masking.apply(MaskKey(0x37, 0xfa, 0x21, 0x3d), to: $0) }
        #expect(payload == [0x7f, 0x9f, 0x4d, 0x51, 0x58])
    }

    @Test("headers are as short as the length allows", arguments: [0, 125, 126, 65535, 65536])
    func headerLengths(count: Int) {
        let payload = ByteBuffer(repeating: 1, count: count)
        let expected = Wire.frame(0x82, payload.array, from: .server)
        #expect(FrameEncoder.unmaskedFrame(.binary, payload: payload).array == expected)
        let header = FrameHeader(opcode: .binary, payloadLength: count, maskKey: MaskKey(1, 2, 3, 4))
        #expect(header.frameLength == expected.count + 4)
    }

    @Test("masking by words equals masking by bytes, from any offset", arguments: 0..<9)
    func masking(offset: Int) {
        let key = Wire.maskKey
        for count in [0, 1, 7, 8, 9, 15, 16, 17, 100] {
            let plain = (0..<count).map { UInt8($0) }
            var masked = plain
            masked.withUnsafeMutableBytes {
                Masking.apply(MaskKey(key[0], key[1], key[2], key[3]), to: $0, offset: offset)
            }
            #expect(masked == plain.enumerated().map { $1 ^ key[($0 + offset) % 4] })
        }
    }

    @Test("a server decodes a client's messages", arguments: [0, 1, 125, 126, 65535, 65536])
    func clientToServer(count: Int) {
        let payload = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        var client = WebSocketEndpoint(role: .client, maskKeys: MaskKeySource(seed: 7))
        client.send(.binary, ByteBuffer(bytes: payload))
        let wire = client.takeOutput()?.array ?? []
        let run = Dribble(wire, chunkBytes: 4096, into: WebSocketEndpoint(role: .server))
        #expect(run.events == [.binary(payload)])
        #expect(client.sent == run.endpoint.received)
        #expect(client.sent.maskBytes == 4)
        #expect(client.sent.frameBytes == wire.count)
    }

    @Test("each frame has a new key, and the same seed gives the same keys")
    func keys() {
        let wire = { (seed: UInt64) -> [UInt8] in
            var client = WebSocketEndpoint(role: .client, maskKeys: MaskKeySource(seed: seed))
            client.send(text: "")
            client.send(text: "")
            return client.takeOutput()?.array ?? []
        }
        #expect(wire(1) == wire(1))
        #expect(wire(1) != wire(2))
        #expect(wire(1).count == 12)
        #expect(wire(1)[2..<6] != wire(1)[8..<12])
    }
}

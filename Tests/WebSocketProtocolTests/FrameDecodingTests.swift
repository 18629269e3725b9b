import NIOCore
import Testing
import WebSocketProtocol

@Suite("Frame decoding, RFC 6455 §5")
struct FrameDecodingTests {
    @Test("a masked Hello decodes from chunks of any size", arguments: [1, 2, 5, 11])
    func maskedHello(chunkBytes: Int) {
        let wire: [UInt8] = [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58]
        let run = Dribble(wire, chunkBytes: chunkBytes, into: WebSocketEndpoint(role: .server))
        #expect(run.events == [.text("Hello")])
        #expect(run.error == nil)
    }

    @Test("an unmasked Hello decodes from chunks of any size", arguments: [1, 2, 5, 11])
    func unmaskedHello(chunkBytes: Int) {
        let wire: [UInt8] = [0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f]
        let run = Dribble(wire, chunkBytes: chunkBytes, into: WebSocketEndpoint(role: .client))
        #expect(run.events == [.text("Hello")])
    }

    @Test("two fragments make a Hello", arguments: [1, 2, 5, 11])
    func fragmentedHello(chunkBytes: Int) {
        let wire: [UInt8] = [0x01, 0x03, 0x48, 0x65, 0x6c, 0x80, 0x02, 0x6c, 0x6f]
        let run = Dribble(wire, chunkBytes: chunkBytes, into: WebSocketEndpoint(role: .client))
        #expect(run.events == [.text("Hello")])
    }

    @Test("256 bytes and 64 KiB have the headers of §5.7")
    func longHeaders() {
        let medium: [UInt8] = [0x82, 0x7e, 0x01, 0x00] + [UInt8](repeating: 7, count: 256)
        let long: [UInt8] = [0x82, 0x7f, 0, 0, 0, 0, 0, 1, 0, 0] + [UInt8](repeating: 8, count: 65536)
        let run = Dribble(medium + long, chunkBytes: 1000, into: WebSocketEndpoint(role: .client))
        #expect(run.events == [.binary(Array(medium.dropFirst(4))), .binary(Array(long.dropFirst(10)))])
    }

    @Test(
        "every length boundary decodes on both sides",
        arguments: WebSocketRole.both,
        [0, 1, 125, 126, 127, 128, 65535, 65536]
    )
    func boundaries(role: WebSocketRole, count: Int) {
        let payload = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let wire = Wire.frame(0x82, payload, from: role.peer)
        for chunkBytes in [count < 1000 ? 1 : 997, 11, .max] {
            let run = Dribble(wire, chunkBytes: chunkBytes, into: WebSocketEndpoint(role: role))
            #expect(run.events == [.binary(payload)])
            #expect(run.endpoint.received.frameBytes == wire.count)
            #expect(run.endpoint.unfinishedBytes == 0)
        }
    }

    @Test("all frames of one read are decoded while their payloads are kept", arguments: WebSocketRole.both)
    func batch(role: WebSocketRole) {
        let texts = (0..<200).map { "item \($0)" }
        let wire = texts.flatMap { Wire.frame(0x81, Array($0.utf8), from: role.peer) }
        let run = Dribble(wire, into: WebSocketEndpoint(role: role))
        #expect(run.events == texts.map { .text($0) })
    }

    struct BadFrame: Sendable {
        let name: String
        let start: [UInt8]
        let error: WebSocketError
    }

    static let faults: [BadFrame] = [
        BadFrame(name: "RSV1", start: [0xC1, 0x00], error: .reservedBits(seen: 0x40)),
        BadFrame(name: "RSV2", start: [0xA1, 0x00], error: .reservedBits(seen: 0x20)),
        BadFrame(name: "RSV3", start: [0x91, 0x00], error: .reservedBits(seen: 0x10)),
        BadFrame(name: "RSV1 and 3", start: [0xD1, 0x00], error: .reservedBits(seen: 0x50)),
        BadFrame(name: "all on a Ping", start: [0xF9, 0x00], error: .reservedBits(seen: 0x70)),
        BadFrame(name: "a masked frame from a server", start: [0x81, 0x80], error: .maskedFrameFromServer),
        BadFrame(name: "a fragmented Close", start: [0x08, 0x00], error: .fragmentedControlFrame(opcode: .close)),
        BadFrame(name: "a fragmented Ping", start: [0x09, 0x00], error: .fragmentedControlFrame(opcode: .ping)),
        BadFrame(name: "a fragmented Pong", start: [0x0A, 0x00], error: .fragmentedControlFrame(opcode: .pong)),
        BadFrame(name: "a Ping of 126 bytes", start: [0x89, 0x7E], error: .oversizedControlFrame(opcode: .ping)),
        BadFrame(name: "a Close of 64 KiB", start: [0x88, 0x7F], error: .oversizedControlFrame(opcode: .close)),
        BadFrame(name: "125 in 16 bits", start: [0x82, 0x7E, 0, 125], error: .nonMinimalLength(declaredBytes: 125)),
        BadFrame(name: "0 in 16 bits", start: [0x82, 0x7E, 0, 0], error: .nonMinimalLength(declaredBytes: 0)),
        BadFrame(
            name: "65535 in 64 bits",
            start: [0x82, 0x7F, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF],
            error: .nonMinimalLength(declaredBytes: 65535)
        ),
        BadFrame(name: "the top bit", start: [0x82, 0x7F, 0x80, 0, 0, 0, 0, 0, 0, 0], error: .lengthTopBitSet),
        BadFrame(
            name: "a frame above the limit",
            start: [0x82, 0x7F, 0, 0, 0, 0, 0x01, 0x20, 0, 1],
            error: .oversizedFrame(declaredBytes: 18_874_369, allowedBytes: 18_874_368)
        ),
        BadFrame(
            name: "a message above the limit",
            start: [0x82, 0x7F, 0, 0, 0, 0, 0x01, 0, 0, 1],
            error: .oversizedMessage(allowedBytes: 16_777_216)
        ),
        BadFrame(name: "a continuation without a message", start: [0x80, 0x00], error: .continuationWithoutStart),
        BadFrame(name: "a non-final continuation without a message", start: [0, 0], error: .continuationWithoutStart),
        BadFrame(name: "text in text", start: [0x01, 0, 0x81, 0], error: .startInsideMessage(opcode: .text)),
        BadFrame(name: "binary in text", start: [0x01, 0, 0x02, 0], error: .startInsideMessage(opcode: .binary)),
    ]

    @Test("a client fails the connection on", arguments: faults)
    func fails(_ fault: BadFrame) {
        for chunkBytes in [1, 2, 5, .max] {
            let run = Dribble(fault.start, chunkBytes: chunkBytes, into: WebSocketEndpoint(role: .client))
            #expect(run.error == fault.error, "\(fault.name)")
            #expect(run.events.isEmpty)
            #expect(run.endpoint.fate == .drop)
            let code = fault.error.closeCode.rawValue
            let close = Array(run.output.suffix(run.output.count - 6)).enumerated().map { $1 ^ run.output[2 + $0 % 4] }
            #expect(Array(run.output.prefix(2)) == [0x88, 0x82])
            #expect(close == [UInt8(code >> 8), UInt8(code & 0xFF)])
        }
    }

    @Test("reserved opcodes fail the connection", arguments: [3, 4, 5, 6, 7, 0xB, 0xC, 0xD, 0xE, 0xF] as [UInt8])
    func reservedOpcodes(opcode: UInt8) {
        let run = Dribble([0x80 | opcode, 0x80, 0, 0, 0, 0], into: WebSocketEndpoint(role: .server))
        #expect(run.error == .reservedOpcode(opcode))
        #expect(run.output == [0x88, 0x02, 0x03, 0xEA])
    }

    @Test("an unmasked frame from a client fails the connection")
    func unmaskedFromClient() {
        let run = Dribble([0x81, 0x05], into: WebSocketEndpoint(role: .server))
        #expect(run.error == .unmaskedFrameFromClient)
        #expect(run.output == [0x88, 0x02, 0x03, 0xEA])
    }

    @Test("events before the error are still reported, and bytes after it count as discarded")
    func discards() {
        let good = Wire.frame(0x81, Array("ok".utf8), from: .server)
        var run = Dribble(good + [0x83, 0x00, 1, 2, 3], into: WebSocketEndpoint(role: .client))
        #expect(run.events == [.text("ok")])
        run.receive([4, 5])
        #expect(run.endpoint.received.frameBytes == 4)
        #expect(run.endpoint.received.discardedBytes == 7)
        #expect(run.endpoint.unfinishedBytes == 0)
    }
}

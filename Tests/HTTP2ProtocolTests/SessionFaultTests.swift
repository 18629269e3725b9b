import NIOCore
import Testing

@testable import HTTP2Protocol

@Suite("A server's HTTP/2 session: what a client must not send")
struct SessionFaultTests {
    struct Fault: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let bytes: [UInt8]
        let code: HTTP2ErrorCode

        init(_ description: String, _ bytes: [UInt8], _ code: HTTP2ErrorCode = .protocolError) {
            (testDescription, self.bytes, self.code) = (description, bytes, code)
        }

        static let open = Wire.headers(stream: 1, flags: 4)
        // A value of 16,400 B (RFC 7541 §5.1).
        private static let longBlock = [0x00, 1, 0x78, 0x7f, 0x91, 0x7f] + [UInt8](repeating: 0x61, count: 16_400)
        static let all = [
            Fault("DATA of the connection", Wire.frame(0)),
            Fault("DATA of an idle stream", Wire.frame(0, stream: 1)),
            Fault("HEADERS of the connection", Wire.headers(stream: 0)),
            Fault("HEADERS of an even stream", Wire.headers(stream: 2)),
            Fault("HEADERS of a stream before the newest", Wire.headers(stream: 5) + Wire.headers(stream: 3)),
            Fault("a block that is not HPACK", Wire.headers(stream: 1, [0xff]), .compressionError),
            Fault(
                "fields above 16 KiB",
                Wire.headers(stream: 1, flags: 1, Array(longBlock[..<16_000]))
                    + Wire.frame(9, 4, stream: 1, Array(longBlock[16_000...])), .compressionError),
            Fault("DATA within a block", Wire.headers(stream: 1, flags: 1) + Wire.frame(0, stream: 1)),
            Fault("CONTINUATION of another stream", Wire.headers(stream: 1, flags: 1) + Wire.frame(9, 4, stream: 3)),
            Fault("CONTINUATION alone", Wire.frame(9, 4, stream: 1)),
            Fault("padding longer than DATA", open + Wire.frame(0, 8, stream: 1, [2, 0])),
            Fault("padded DATA without padding", open + Wire.frame(0, 8, stream: 1)),
            Fault("HEADERS too short for a priority", Wire.headers(stream: 1, flags: 0x25, [0, 0]), .frameSizeError),
            Fault("PRIORITY of the connection", Wire.frame(2, payload: [0, 0, 0, 0, 0])),
            Fault("PRIORITY of 4 B", Wire.frame(2, stream: 1, [0, 0, 0, 0]), .frameSizeError),
            Fault("RST_STREAM of the connection", Wire.frame(3, payload: Wire.number(0))),
            Fault("RST_STREAM of an idle stream", Wire.frame(3, stream: 1, Wire.number(0))),
            Fault("RST_STREAM of 3 B", open + Wire.frame(3, stream: 1, [0, 0, 0]), .frameSizeError),
            Fault("SETTINGS of a stream", Wire.frame(4, stream: 1)),
            Fault("SETTINGS of 5 B", Wire.frame(4, payload: [0, 0, 0, 0, 0]), .frameSizeError),
            Fault("an acknowledgement with values", Wire.frame(4, 1, stream: 0, [0, 0, 0, 0, 0, 0]), .frameSizeError),
            Fault("ENABLE_PUSH of 2", Wire.settings((2, 2))),
            Fault("an initial window of 2^31", Wire.settings((4, 1 << 31)), .flowControlError),
            Fault("a maximum frame of 16,383 B", Wire.settings((5, 16_383))),
            Fault("a maximum frame of 2^24 B", Wire.settings((5, 1 << 24))),
            Fault("ENABLE_CONNECT_PROTOCOL of 2", Wire.settings((8, 2))),
            Fault("PUSH_PROMISE", Wire.frame(5, 4, stream: 1, [0, 0, 0, 2])),
            Fault("PING of 7 B", Wire.frame(6, payload: [UInt8](repeating: 0, count: 7)), .frameSizeError),
            Fault("PING of a stream", Wire.frame(6, stream: 1, [UInt8](repeating: 0, count: 8))),
            Fault("GOAWAY of a stream", Wire.frame(7, stream: 1, [UInt8](repeating: 0, count: 8))),
            Fault("GOAWAY of 7 B", Wire.frame(7, payload: [UInt8](repeating: 0, count: 7)), .frameSizeError),
            Fault("WINDOW_UPDATE of 0", Wire.frame(8, payload: Wire.number(0))),
            Fault("WINDOW_UPDATE of 3 B", Wire.frame(8, payload: [0, 0, 1]), .frameSizeError),
            Fault("WINDOW_UPDATE of an idle stream", Wire.frame(8, stream: 1, Wire.number(1))),
            Fault(
                "a connection's window above 2^31 - 1", Wire.frame(8, payload: Wire.number(0x7fff_ffff)),
                .flowControlError),
            Fault(
                "two empty DATA frames", open + Wire.frame(0, stream: 1) + Wire.frame(0, stream: 1),
                .enhanceYourCalm),
            Fault("a frame above 16,384 B", [0, 0x40, 1, 0, 0, 0, 0, 0, 1], .frameSizeError),
            Fault(
                "an initial window that is too large for an open stream",
                open + Wire.frame(8, stream: 1, Wire.number(1_000_000)) + Wire.settings((4, 0x7fff_ffff)),
                .flowControlError),
        ]
    }

    @Test("ends the connection with GOAWAY; further bytes are ignored", arguments: Fault.all, [1, 1_000])
    func fault(fault: Fault, pieceBytes: Int) {
        let peer = Peer()
        let events = peer.receive(fault.bytes, pieceBytes: pieceBytes)
        #expect(events.last == "failed \(fault.code)")
        let newest = events.compactMap { $0.wholeMatch(of: /request (\d+).*/)?.1 }.last ?? "0"
        #expect(peer.sent().last == "GOAWAY \(newest) \(fault.code.rawValue)")
        #expect(peer.receive(Wire.headers(stream: 5)) == [])
        #expect(peer.sent() == [])
    }

    @Test("another beginning than preface and SETTINGS ends the connection")
    func beginning() {
        let texts = [Array("GET / HTTP/1.1\r\n".utf8)]
        for bytes in texts + [Wire.headers(stream: 1), Wire.frame(4, 1)].map({ Wire.preface + $0 }) {
            let peer = Peer(nil)
            #expect(peer.receive(bytes) == ["failed protocolError"])
        }
    }

    @Test("violations of one stream reset it; the 201st ends the connection")
    func glitches() {
        let peer = Peer(streams: 1_000)
        var events: [String] = []
        for number in 0...200 {
            let stream = 2 * number + 1
            events += peer.receive(Wire.headers(stream: stream) + Wire.frame(0, stream: stream, [1]))
        }
        #expect(events.filter { $0 == "reset" }.count == 200)
        #expect(events.last == "failed enhanceYourCalm")
        #expect(peer.sent().first == "RST_STREAM 1 5")
    }

    @Test(
        "a window above its limit and an increment of 0 reset the stream",
        arguments: [(0, 1), (0x7fff_ffff, 3)] as [(UInt32, Int)])
    func streamWindow(increment: UInt32, code: Int) {
        let peer = Peer()
        let bytes = Fault.open + Wire.frame(8, stream: 1, Wire.number(increment))
        #expect(peer.receive(bytes) == ["request 1 GET,http,/,a", "reset", "ended 1"])
        #expect(peer.sent() == ["RST_STREAM 1 \(code)"])
    }

    @Test("an extended CONNECT before the client has acknowledged SETTINGS is refused, RFC 8441 §3")
    func earlyConnect() {
        let block: [UInt8] = [0x02, 7] + Array("CONNECT".utf8) + [0x00, 9] + Array(":protocol".utf8) + [1, 0x77]
        let early = Peer()
        #expect(early.receive(Wire.headers(stream: 1, flags: 4, block)) == ["reset", "ended 1"])
        #expect(early.sent() == ["RST_STREAM 1 1"])
        let later = Peer()
        let events = later.receive(Wire.frame(4, 1) + Wire.headers(stream: 1, flags: 4, block))
        #expect(events == ["request 1 CONNECT,w"])
    }

    @Test("no bytes trap, and the cuts between reads do not matter", arguments: 0..<300 as Range<UInt64>)
    func anyBytes(seed: UInt64) {
        var dice = Dice(seed)
        var bytes: [UInt8] = []
        for _ in 0..<30 { bytes += dice.frame() }
        if dice.roll(3) == 0 { bytes[dice.roll(bytes.count)] ^= UInt8(1 << dice.roll(8)) }
        let (whole, pieces) = (Peer(), Peer())
        let events = whole.receive(bytes)
        #expect(events == pieces.receive(bytes, pieceBytes: 1 + dice.roll(40)))
        #expect(whole.sent() == pieces.sent())
    }
}

/// Random frames, the same for the same seed.
private struct Dice {
    private var state: UInt64

    init(_ seed: UInt64) {
        state = seed &* 0x9e37_79b9_7f4a_7c15 | 1
    }

    mutating func roll(_ sides: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(sides))
    }

    mutating func frame() -> [UInt8] {
        let stream = [0, 1, 3, 5, 7, 2][roll(6)]
        let flags = UInt8([0, 1, 4, 5, 8, 0x2d][roll(6)])
        switch roll(8) {
        case 0, 1, 2: return Wire.headers(stream: stream == 0 ? 9 : stream, flags: flags)
        case 3: return Wire.frame(0, flags, stream: stream, [UInt8](repeating: 1, count: roll(300)))
        case 4: return Wire.settings((UInt16(roll(9)), UInt32(roll(100_000))))
        case 5: return Wire.frame(8, stream: stream, Wire.number(UInt32(roll(70_000))))
        case 6: return Wire.frame(3, stream: stream, Wire.number(8))
        default: return Wire.frame(UInt8(roll(12)), flags, stream: stream, [UInt8](repeating: 0, count: roll(12)))
        }
    }
}

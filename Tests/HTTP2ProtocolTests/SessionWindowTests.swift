import HTTP
import NIOCore
import Testing

@testable import HTTP2Protocol

@Suite("A server's HTTP/2 session: flow control, RFC 9113 §5.2")
struct SessionWindowTests {
    private static func content(_ bytes: Int) -> ByteBuffer { ByteBuffer(repeating: 0x61, count: bytes) }

    private static func windowUpdate(_ stream: Int, _ increment: UInt32) -> [UInt8] {
        Wire.frame(8, stream: stream, Wire.number(increment))
    }

    @Test("content is cut into frames of 16 KiB, up to the window of 65,535 B; the rest follows the client's updates")
    func streamWindow() {
        let peer = Peer()
        _ = peer.receive(Wire.headers(stream: 1) + Self.windowUpdate(0, 1_000_000))
        peer.session.send(Self.content(70_000), on: 1, endsStream: true)
        #expect(peer.sent() == ["DATA 1 16384", "DATA 1 16384", "DATA 1 16384", "DATA 1 16383"])
        #expect(peer.events() == [])
        #expect(peer.receive(Self.windowUpdate(1, 4_000)) == [])
        #expect(peer.sent() == ["DATA 1 4000"])
        #expect(peer.receive(Self.windowUpdate(1, 1_000)) == ["ended 1"])
        #expect(peer.sent() == ["DATA 1 465 END"])
    }

    @Test("streams that wait for the connection's window get one frame each in turn")
    func connectionWindow() {
        let peer = Peer(Wire.settings((4, 1_000_000)))
        _ = peer.receive([1, 3, 5].flatMap { Wire.headers(stream: $0) })
        peer.session.send(Self.content(65_535), on: 1, endsStream: false)
        _ = peer.sent()
        peer.session.send(Self.content(20_000), on: 3, endsStream: true)
        peer.session.send(Self.content(20_000), on: 5, endsStream: true)
        #expect(peer.sent() == [])
        #expect(peer.receive(Self.windowUpdate(0, 40_000)) == ["ended 3", "ended 5"])
        #expect(peer.sent() == ["DATA 3 16384", "DATA 5 16384", "DATA 3 3616 END", "DATA 5 3616 END"])
    }

    @Test("the end needs no window, but follows the content")
    func endWithoutWindow() {
        let peer = Peer(Wire.settings((4, 3)))
        _ = peer.receive(Wire.headers(stream: 1) + Wire.headers(stream: 3))
        peer.session.send(Self.content(3), on: 1, endsStream: false)
        peer.session.send(ByteBuffer(), on: 1, endsStream: true)
        peer.session.send(Self.content(4), on: 3, endsStream: false)
        peer.session.send(ByteBuffer(), on: 3, endsStream: true)
        #expect(!peer.isOpen(3))
        #expect(peer.sent() == ["DATA 1 3", "DATA 1 0 END", "DATA 3 3"])
        _ = peer.receive(Self.windowUpdate(3, 1))
        #expect(peer.sent() == ["DATA 3 1 END"])
    }

    @Test("a new initial window applies to open streams, also downwards")
    func initialWindow() {
        let peer = Peer(Wire.settings((4, 10)))
        _ = peer.receive(Wire.headers(stream: 1))
        peer.session.send(Self.content(30), on: 1, endsStream: false)
        #expect(peer.sent() == ["DATA 1 10"])
        _ = peer.receive(Wire.settings((4, 5)) + Self.windowUpdate(1, 5))
        #expect(peer.sent() == ["SETTINGS ACK"])
        _ = peer.receive(Wire.settings((4, 15)))
        #expect(peer.sent() == ["SETTINGS ACK", "DATA 1 10"])
    }

    @Test("a stream with more than 256 KiB waiting is not writable, until less than 64 KiB wait")
    func writability() {
        let peer = Peer()
        _ = peer.receive(Wire.headers(stream: 1) + Self.windowUpdate(0, 1_000_000))
        peer.session.send(Self.content(65_535), on: 1, endsStream: false)
        for _ in 0..<2 { peer.session.send(Self.content(128 << 10), on: 1, endsStream: false) }
        #expect(peer.isWritable(1))
        peer.session.send(Self.content(1), on: 1, endsStream: false)
        #expect(!peer.isWritable(1))
        #expect(peer.receive(Self.windowUpdate(1, (192 << 10) + 1)) == [])
        #expect(peer.receive(Self.windowUpdate(1, 1)) == ["writable 1"])
        #expect(peer.isWritable(1))
    }

    @Test("used content is granted again by halves of a window; the connection's is granted at once")
    func receiving() {
        let peer = Peer()
        _ = peer.receive(Wire.headers(stream: 1, flags: 4))
        let half = Wire.frame(0, stream: 1, [UInt8](repeating: 0, count: 16_384))
        #expect(peer.receive(half + half) == ["content 1 16384", "content 1 16384"])
        #expect(peer.sent() == ["WINDOW_UPDATE 0 32768"])
        peer.session.used(16_384, on: 1)
        #expect(peer.sent() == [])
        peer.session.used(16_384, on: 1)
        #expect(peer.sent() == ["WINDOW_UPDATE 1 32768"])
    }

    @Test("content above a stream's window resets it")
    func exceeded() {
        let peer = Peer()
        _ = peer.receive(Wire.headers(stream: 1, flags: 4))
        let frame = Wire.frame(0, stream: 1, [UInt8](repeating: 0, count: 16_384))
        // Never used, so never granted.
        #expect(peer.receive(frame + frame + frame).count == 3)
        #expect(peer.receive(frame) == ["reset", "ended 1"])
        #expect(peer.sent().contains("RST_STREAM 1 3"))
    }
}

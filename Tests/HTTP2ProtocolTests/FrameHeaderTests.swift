import NIOCore
import Testing

@testable import HTTP2Protocol

@Suite("HTTP/2 frame headers, RFC 9113 §4.1")
struct FrameHeaderTests {
    @Test("all parts of a header are read and written; the reserved bit is ignored")
    func bothWays() throws {
        let wire: [UInt8] = [0x01, 0x02, 0x03, 0x09, 0x05, 0x80, 0x01, 0x02, 0x03]
        let header = try #require(FrameHeader(peekingAt: ByteBuffer(bytes: wire)))
        #expect(header == FrameHeader(length: 0x010203, kind: 9, flags: 5, stream: 0x010203))
        var written = ByteBuffer()
        header.write(into: &written)
        #expect(Array(buffer: written) == wire[..<5] + [0] + wire[6...])
        #expect(FrameHeader(peekingAt: ByteBuffer(bytes: wire.dropLast())) == nil)
        var largest = ByteBuffer()
        FrameHeader(length: 0xff_ffff, kind: 0xff, flags: 0xff, stream: 0x7fff_ffff).write(into: &largest)
        #expect(Array(buffer: largest) == [0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff])
    }
}

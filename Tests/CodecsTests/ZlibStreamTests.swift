import Codecs
import NIOCore
import Testing

@Suite("zlib streams: RFC 1950, 1951 and 1952")
struct ZlibStreamTests {
    private static let text = ByteBuffer(string: String(repeating: "one item of the feed; ", count: 500))

    @Test("compression is lossless in every format", arguments: [DeflateFormat.raw, .zlib, .gzip])
    func roundTrip(format: DeflateFormat) {
        let compressed = DeflateStream.compress(Self.text, format, level: 6)
        #expect(compressed.readableBytes < Self.text.readableBytes / 20)
        #expect(InflateStream.decompress(compressed, format, limit: Self.text.readableBytes) == Self.text)
    }

    @Test("the first bytes identify the format")
    func formats() {
        #expect(DeflateStream.compress(Self.text, .gzip, level: 6).readableBytesView.prefix(3) == [0x1f, 0x8b, 8])
        #expect(DeflateStream.compress(Self.text, .zlib, level: 9).readableBytesView.prefix(2) == [0x78, 0xda])
    }

    @Test("a stream that is truncated, exceeds the limit or has another format gives nil")
    func refused() {
        let compressed = DeflateStream.compress(Self.text, .zlib, level: 6)
        let truncated = compressed.getSlice(at: 0, length: compressed.readableBytes - 1) ?? ByteBuffer()
        #expect(InflateStream.decompress(truncated, .zlib, limit: 1 << 20) == nil)
        #expect(InflateStream.decompress(compressed, .zlib, limit: Self.text.readableBytes - 1) == nil)
        #expect(InflateStream.decompress(compressed, .gzip, limit: 1 << 20) == nil)
        #expect(InflateStream.decompress(ByteBuffer(), .zlib, limit: 1 << 20) == nil)
    }
}

import HTTP
import NIOCore
import NIOHPACK
import Testing

@testable import HTTP2Protocol

@Suite("Response headers in HPACK, RFC 7541")
struct FieldBlockEncoderTests {
    private var encoder = FieldBlockEncoder()
    private var decoder = HPACKDecoder(allocator: ByteBufferAllocator())
    private var library = HPACKEncoder(allocator: ByteBufferAllocator())

    private static func head(_ status: Int, _ fields: [(String, String)]) throws -> HTTP2Head {
        var heads = HTTP2Heads()
        var response = HTTP2Response()
        let lines = fields.map { "\($0.0): \($0.1)\r\n" }.joined()
        response.written(ByteBuffer(string: "HTTP/1.1 \(status) X\r\n\(lines)\r\n"))
        guard case .head(let head, _) = response.next(from: &heads) else { throw MissingHead() }
        return head
    }

    private struct MissingHead: Error {}

    /// Bytes of the block, after checking it with the library's decoder.
    private mutating func encode(_ status: Int, _ fields: [(String, String)]) throws -> (own: Int, library: Int) {
        let block = encoder.encode(try Self.head(status, fields))
        var rest = block
        let wanted = [(":status", "\(status)")] + fields
        #expect(try decoder.decodeHeaders(from: &rest) == HPACKHeaders(wanted))
        try library.beginEncoding(allocator: ByteBufferAllocator())
        try library.append(headers: wanted.map { (name: $0.0, value: $0.1) })
        return (block.readableBytes, try library.endEncoding().readableBytes)
    }

    @Test("the library decodes 1,000 responses of a poll, in at most as many bytes as it would use")
    mutating func polls() throws {
        var (own, library) = (0, 0)
        for item in 0..<1_000 {
            let fields = [
                ("date", "Fri, 27 Nov 2026 23:\(item / 600 + 10):\(item / 10 % 60 + 10) GMT"),
                ("content-type", "text/plain; charset=utf-8"), ("content-length", "\(item % 7 + 140)"),
                ("cache-control", "no-store"), ("last-sequence", "\(item)"),
            ]
            let bytes = try encode(item % 10 == 0 ? 204 : 200, fields)
            own += bytes.own
            library += bytes.library
        }
        #expect(own <= library)
    }

    @Test("every byte has its Huffman code")
    mutating func huffman() throws {
        let text = String(decoding: (0x20...0x7e).map { UInt8($0) }, as: UTF8.self)
        for length in 1...40 { _ = try encode(200, [("x", String(text.dropFirst(length).prefix(length)) + "a")]) }
        #expect(HuffmanCode.encodedBytes("www.example.com".utf8) == 12)
        var buffer = ByteBuffer()
        // RFC 7541 §C.4.1.
        HuffmanCode.write("www.example.com".utf8, into: &buffer)
        #expect(
            Array(buffer: buffer) == [0xf1, 0xe3, 0xc2, 0xe5, 0xf2, 0x3a, 0x6b, 0xa0, 0xab, 0x90, 0xf4, 0xff])
    }

    @Test("a field above the table's size empties it; numbers above a prefix take more bytes")
    mutating func large() throws {
        _ = try encode(200, [("x", "y")])
        _ = try encode(500, [("x", String(repeating: "z", count: 5_000))])
        let again = try encode(200, [("x", "y")])
        #expect(again.own == 6, "added again, with its name")
    }

    @Test("changes of the table's size are announced, the smallest first")
    mutating func sizes() throws {
        _ = try encode(200, [("x", "y")])
        encoder.allowTable(bytes: 0)
        encoder.allowTable(bytes: 100)
        let block = encoder.encode(try Self.head(200, [("x", "y")]))
        #expect(Array(buffer: block).prefix(3) == [0x20, 0x3f, 0x45])
        var rest = block
        #expect(try decoder.decodeHeaders(from: &rest) == HPACKHeaders([(":status", "200"), ("x", "y")]))
        encoder.allowTable(bytes: 1 << 30)
        #expect(Array(buffer: encoder.encode(try Self.head(200, []))) == [0x3f, 0xe1, 0x1f, 0x88])
        #expect(Array(buffer: encoder.encode(try Self.head(200, []))) == [0x88])
    }
}

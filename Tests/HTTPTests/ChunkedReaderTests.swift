import NIOCore
import Testing

@testable import HTTP

@Suite("Chunked bodies, RFC 9112 §7.1")
struct ChunkedReaderTests {
    @Test(
        "content and framing are separated, at any split of the bytes", arguments: [1, 2, 3, 4, 5, 7, .max],
        [
            ("5\r\nhello\r\n0\r\n\r\n", "hello"), ("0\r\n\r\n", ""),
            ("5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", "hello world"),
            ("b\r\nhello\r\nxy\r\n\r\n0\r\n\r\n", "hello\r\nxy\r\n"),
            ("00000000000000a\r\n0123456789\r\n000\r\n\r\n", "0123456789"),
            ("A\r\n0123456789\r\n0\r\n\r\n", "0123456789"),
            ("2;a=\"b;c\"\r\nhi\r\n0;last\r\n\r\n", "hi"), ("2 ; a\r\nhi\r\n0\r\n\r\n", "hi"),
            ("2\r\nhi\r\n0\r\nExpires: never\r\nX:y\r\n\r\n", "hi"),
        ])
    func content(chunkBytes: Int, body: (wire: String, content: String)) throws {
        let reading = try read(body.wire, chunkBytes: chunkBytes)
        #expect(reading.content == body.content)
        #expect(reading.framingBytes == body.wire.utf8.count - body.content.utf8.count)
        #expect(reading.isComplete)
    }

    @Test("a truncated body is not complete", arguments: 0..<15)
    func incomplete(bytes: Int) throws {
        let whole = Array("5\r\nhello\r\n0\r\n\r\n".utf8)
        #expect(whole.count == 15)
        let reading = try read(String(decoding: whole.prefix(bytes), as: UTF8.self))
        #expect(!reading.isComplete)
    }

    @Test(
        "invalid coding is refused, at any split of the bytes", arguments: [1, 2, 3, .max],
        [
            ("\r\nhello", .sizeUnreadable), ("x\r\n", .sizeUnreadable), ("-1\r\n", .sizeUnreadable),
            ("0x5\r\nhello\r\n", .sizeUnreadable), (" 5\r\nhello\r\n", .sizeUnreadable),
            ("5,\r\nhello\r\n", .sizeUnreadable), ("1000000000000000\r\n", .sizeUnreadable),
            ("5\nhello\r\n", .missingLineEnd), ("5\r hello", .missingLineEnd), ("5;x\nhello", .missingLineEnd),
            ("5\r\nhello0\r\n\r\n", .missingLineEnd), ("5\r\nhello\n0\r\n\r\n", .missingLineEnd),
            ("5\r\nhello\r0\r\n\r\n", .missingLineEnd), ("0\r\nX: y\n\r\n", .missingLineEnd),
            ("0\r\n\rX", .missingLineEnd), ("0\r\n\r\n0\r\n\r\n", .bytesAfterEnd),
            ("5;" + String(repeating: "x", count: 4_097) + "\r\n", .lineTooLong),
            ("0\r\n" + String(repeating: "X: y\r\n", count: 1_000), .lineTooLong),
        ] as [(String, ChunkedFault)])
    func faults(chunkBytes: Int, body: (wire: String, fault: ChunkedFault)) {
        #expect(throws: body.fault) { try read(body.wire, chunkBytes: chunkBytes) }
    }

    @Test("the reader accepts what the server writes", arguments: [1, 15, 16, 255, 256, 65_535, 1 << 20])
    func writtenBySelf(bytes: Int) throws {
        let text = String(repeating: "x", count: bytes)
        let wire = String(buffer: BodyFraming.chunked.framed(text)) + BodyFraming.chunked.ending
        let reading = try read(wire, chunkBytes: 4_099)
        #expect(reading.content == text)
        #expect(reading.isComplete)
        #expect(BodyFraming.unframed.framed(text).readableBytes == bytes)
        #expect(BodyFraming.unframed.ending.isEmpty)
    }

    private func read(
        _ wire: String, chunkBytes: Int = .max
    ) throws(ChunkedFault) -> (content: String, framingBytes: Int, isComplete: Bool) {
        var reader = ChunkedReader()
        var content: [UInt8] = []
        var left = Array(wire.utf8)[...]
        while !left.isEmpty {
            let piece = Array(left.prefix(chunkBytes))
            left = left.dropFirst(chunkBytes)
            let result = piece.withUnsafeBytes { raw -> Result<[UInt8], ChunkedFault> in
                do throws(ChunkedFault) {
                    var rest = raw
                    var found: [UInt8] = []
                    while let part = try reader.nextContent(&rest) { found += part }
                    return .success(found)
                } catch {
                    return .failure(error)
                }
            }
            content += try result.get()
        }
        return (String(decoding: content, as: UTF8.self), wire.utf8.count - content.count, reader.isComplete)
    }
}

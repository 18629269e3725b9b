import HTTP
import NIOCore
import Testing

@Suite("Request bodies")
struct RequestBodyTests {
    @Test("a body is taken whole, without the bytes after it, at any cut", arguments: [1, 2, 5, .max], [true, false])
    func whole(chunkBytes: Int, isChunked: Bool) throws {
        let framing = isChunked ? "Transfer-Encoding: chunked" : "Content-Length: 11"
        let wire = isChunked ? "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n" : "hello world"
        var body = try RequestBody(of: parseOne(request("POST / HTTP/1.1", "Host: a", framing)), limit: 11)
        var buffer = ByteBuffer()
        var rest = (wire + "GET").utf8[...]
        var content: ByteBuffer?
        while content == nil, !rest.isEmpty {
            buffer.writeBytes(rest.prefix(chunkBytes))
            rest = rest.dropFirst(chunkBytes)
            content = try body.take(&buffer)
        }
        #expect(content.map { String(buffer: $0) } == "hello world")
        #expect(Array(buffer: buffer) + Array(rest) == Array("GET".utf8))
    }

    @Test("the first part of a body is copied: it does not keep the memory of what was read")
    func parts() throws {
        var body = try RequestBody(of: parseOne(request("POST / HTTP/1.1", "Host: a", "Content-Length: 6")), limit: 6)
        var read = ByteBuffer(string: "abc")
        let memory = read.withVeryUnsafeBytes { $0.baseAddress }
        var bytes = read
        #expect(try body.take(&bytes) == nil)
        bytes = ByteBuffer(string: "def")
        read.setInteger(UInt8(ascii: "X"), at: 0)
        #expect(read.withVeryUnsafeBytes { $0.baseAddress } == memory)
        #expect(try body.take(&bytes) == ByteBuffer(string: "abcdef"))
    }

    @Test("an empty body is complete at once")
    func empty() throws {
        var body = try RequestBody(of: parseOne(request("POST / HTTP/1.1", "Host: a")), limit: 0)
        var buffer = ByteBuffer(string: "GET")
        let content = try body.take(&buffer)
        #expect(content?.readableBytes == 0)
        #expect(buffer.readableBytes == 3)
    }

    @Test(
        "a body above the limit is refused with 413, an invalid coding with 400",
        arguments: [("3\r\nabc\r\n3\r\nabc", .contentTooLarge), ("3\r\nabcd", .badRequest), ("x", .badRequest)]
            as [(String, HTTPStatus)])
    func refused(wire: String, status: HTTPStatus) throws {
        let head = try parseOne(request("POST / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked"))
        var body = try RequestBody(of: head, limit: 5)
        var buffer = ByteBuffer(string: wire)
        let fault = #expect(throws: RequestFault.self) { try body.take(&buffer) }
        #expect(fault?.status == status)
        let long = try parseOne(request("POST / HTTP/1.1", "Host: a", "Content-Length: 6"))
        #expect(throws: RequestFault.self) { try RequestBody(of: long, limit: 5) }
    }
}

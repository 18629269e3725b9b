import HTTP
import NIOCore

/// A request on the page: lines are joined with CRLF, the empty line is added.
func request(_ lines: String...) -> [UInt8] {
    Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
}

/// Reads every request that the bytes hold, a piece of `chunkBytes` at a time, until one is refused.
func parse(_ wire: [UInt8], chunkBytes: Int = .max) throws(RequestFault) -> [RequestHead] {
    var parser = RequestParser()
    var buffer = ByteBuffer()
    var heads: [RequestHead] = []
    var rest = wire[...]
    while !rest.isEmpty {
        buffer.writeBytes(rest.prefix(chunkBytes))
        rest = rest.dropFirst(chunkBytes)
        while let head = try parser.next(from: &buffer) { heads.append(head) }
    }
    return heads
}

/// The one request that the bytes hold.
func parseOne(_ wire: [UInt8], chunkBytes: Int = .max) throws -> RequestHead {
    let heads = try parse(wire, chunkBytes: chunkBytes)
    guard heads.count == 1 else { throw RequestFault(.badRequest, "\(heads.count) requests instead of one") }
    return heads[0]
}

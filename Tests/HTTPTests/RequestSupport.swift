import HTTP
import NIOCore

/// The bytes of a request: lines are joined with CRLF, the empty line is added.
func request(_ lines: String...) -> [UInt8] {
    Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
}

/// Reads all requests in the bytes, in pieces of `chunkBytes`, until one is refused.
func parse(_ wire: [UInt8], chunkBytes: Int = .max) throws(RequestFault) -> [RequestHead] {
    var parser = RequestParser()
    var buffer = ByteBuffer()
    var requests: [RequestHead] = []
    var rest = wire[...]
    while !rest.isEmpty {
        buffer.writeBytes(rest.prefix(chunkBytes))
        rest = rest.dropFirst(chunkBytes)
        while let head = try parser.next(from: &buffer) { requests.append(head) }
    }
    return requests
}

/// The only request in the bytes.
func parseOne(_ wire: [UInt8], chunkBytes: Int = .max) throws -> RequestHead {
    let requests = try parse(wire, chunkBytes: chunkBytes)
    guard requests.count == 1 else { throw RequestFault(.badRequest, "\(requests.count) requests instead of one") }
    return requests[0]
}

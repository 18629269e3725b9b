import HTTP
import NIOCore
import Testing
import WebSocketProtocol

@testable import WebSocketDrafts

/// A request with these header fields.
func head(
    _ fields: [(name: String, value: String)], _ method: String = "GET", _ version: String = "HTTP/1.1"
) throws -> RequestHead {
    let lines = ["\(method) /demo \(version)"] + fields.map { "\($0.name): \($0.value)" }
    var parser = RequestParser()
    var buffer = ByteBuffer(string: lines.joined(separator: "\r\n") + "\r\n\r\n")
    return try #require(try parser.next(from: &buffer))
}

/// Passes bytes to an endpoint in chunks, and records events, errors and output.
struct Dribble {
    var endpoint: HixieEndpoint
    var events: [WebSocketEvent] = []
    var error: WebSocketError?
    var output: [UInt8] = []

    init(_ wire: [UInt8], chunkBytes: Int = .max, into endpoint: HixieEndpoint) {
        self.endpoint = endpoint
        var rest = wire[...]
        while !rest.isEmpty {
            receive(Array(rest.prefix(chunkBytes)))
            rest = rest.dropFirst(chunkBytes)
        }
    }

    mutating func receive(_ bytes: [UInt8]) {
        var buffer = ByteBuffer(bytes: bytes)
        endpoint.receive(&buffer)
        do throws(WebSocketError) {
            while let event = try endpoint.nextEvent() { events.append(event) }
        } catch {
            self.error = error
        }
        if let bytes = endpoint.takeOutput() { output += bytes.readableBytesView }
    }
}

extension WebSocketEvent {
    static func text(_ text: String) -> Self { .message(.text, ByteBuffer(string: text)) }
}

extension ByteBuffer {
    var array: [UInt8] { Array(readableBytesView) }
}

import NIOCore
import WebSocketProtocol

/// Builds the peer's wire bytes, including invalid ones, without the code under test.
enum Wire {
    static let maskKey: [UInt8] = [0x37, 0xFA, 0x21, 0x3D]

    /// A frame of `sender`, in the shortest form.
    static func frame(_ first: UInt8, _ payload: [UInt8], from sender: WebSocketRole) -> [UInt8] {
        let masks = sender == .client
        let maskBit: UInt8 = masks ? 0x80 : 0
        let body = masks ? payload.enumerated().map { $1 ^ maskKey[$0 % 4] } : payload
        return [first] + length(payload.count, maskBit) + (masks ? maskKey : []) + body
    }

    private static func length(_ count: Int, _ maskBit: UInt8) -> [UInt8] {
        guard count >= 126 else { return [UInt8(count) | maskBit] }
        let (marker, width) = count < 65536 ? (126, 2) : (127, 8)
        return [UInt8(marker) | maskBit]
            + (0..<width).map { UInt8(truncatingIfNeeded: count >> (8 * (width - 1 - $0))) }
    }
}

/// Passes input to an endpoint in chunks and records its events and output.
struct Dribble {
    var endpoint: WebSocketEndpoint
    var events: [WebSocketEvent] = []
    var error: WebSocketError?
    var output: [UInt8] = []

    init(_ wire: [UInt8], chunkBytes: Int = .max, into endpoint: WebSocketEndpoint) {
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
    static func binary(_ bytes: [UInt8]) -> Self { .message(.binary, ByteBuffer(bytes: bytes)) }
    static func ping(_ text: String) -> Self { .ping(ByteBuffer(string: text)) }
}

extension WebSocketRole {
    static let both: [WebSocketRole] = [.client, .server]
    var peer: WebSocketRole { self == .client ? .server : .client }
}

extension ByteBuffer {
    var array: [UInt8] { Array(readableBytesView) }
}

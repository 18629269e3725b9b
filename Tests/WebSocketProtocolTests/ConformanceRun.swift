import NIOCore
import WebSocketProtocol

/// An endpoint that echoes messages, with input in chunks.
struct ConformanceRun {
    private(set) var endpoint: WebSocketEndpoint
    private(set) var error: WebSocketError?
    private(set) var output: [UInt8] = []
    /// Number of bytes received when the connection failed.
    private(set) var bytesAtFault: Int?

    init(_ wire: [UInt8], chunkBytes: Int, into endpoint: WebSocketEndpoint) {
        self.endpoint = endpoint
        var rest = wire[...]
        while !rest.isEmpty {
            let hadFailed = error != nil
            receive(rest.prefix(chunkBytes))
            rest = rest.dropFirst(chunkBytes)
            if error != nil && !hadFailed { bytesAtFault = wire.count - rest.count }
        }
    }

    private mutating func receive(_ bytes: ArraySlice<UInt8>) {
        var buffer = ByteBuffer(bytes: bytes)
        endpoint.receive(&buffer)
        do {
            while let event = try endpoint.nextEvent() {
                if case .message(let kind, let payload) = event { endpoint.send(kind, payload) }
            }
        } catch {
            self.error = error
        }
        if let bytes = endpoint.takeOutput() { output += bytes.readableBytesView }
    }

    /// The output's frames, decoded without the code under test.
    ///
    /// - Returns: `nil` if a frame has the wrong masking for `role`, is not in the shortest form, or is incomplete.
    func frames(from role: WebSocketRole) -> [ConformanceCase.Frame]? {
        var frames: [ConformanceCase.Frame] = []
        var rest = output[...]
        while let first = rest.popFirst() {
            guard let second = rest.popFirst(), (second & 0x80 != 0) == (role == .client) else { return nil }
            var length = Int(second & 0x7F)
            if length > 125 {
                let width = length == 126 ? 2 : 8
                length = rest.prefix(width).reduce(0) { $0 << 8 | Int($1) }
                guard length > (width == 2 ? 125 : 65_535) else { return nil }
                rest = rest.dropFirst(width)
            }
            let key = role == .client ? Array(rest.prefix(4)) : [0, 0, 0, 0]
            if role == .client { rest = rest.dropFirst(4) }
            guard rest.count >= length, key.count == 4 else { return nil }
            frames.append(.init(first, rest.prefix(length).enumerated().map { $1 ^ key[$0 & 3] }))
            rest = rest.dropFirst(length)
        }
        return frames
    }
}

import NIOCore

/// permessage-deflate on one connection: both zlib streams, created when first needed.
struct MessageCompression {
    let parameters: DeflateParameters
    private let role: WebSocketRole
    private let effort: DeflateEffort
    private let keepsIdleStreams: Bool
    private var deflater: Deflater?
    private var inflater: Inflater?

    init(
        _ parameters: DeflateParameters, role: WebSocketRole, effort: DeflateEffort, keepsIdleStreams: Bool = true
    ) {
        self.keepsIdleStreams = keepsIdleStreams
        self.parameters = parameters
        self.role = role
        self.effort = effort
    }

    /// - Returns: `nil` if the message is shorter than the effort's minimum.
    mutating func deflate(_ payload: ByteBuffer) -> ByteBuffer? {
        guard payload.readableBytes >= effort.minimumBytes else { return nil }
        let deflater = deflater ?? makeDeflater()
        self.deflater = keepsIdleStreams || !parameters.forgetsContext(deflatedBy: role) ? deflater : nil
        return deflater.deflate(payload)
    }

    mutating func inflate(_ payload: ByteBuffer, limit: Int) throws(WebSocketError) -> ByteBuffer {
        let inflater = inflater ?? makeInflater()
        let isKept = keepsIdleStreams || !parameters.forgetsContext(deflatedBy: role.other)
        self.inflater = isKept ? inflater : nil
        return try inflater.inflate(payload, limit: limit)
    }

    private func makeDeflater() -> Deflater {
        Deflater(
            windowBits: parameters.windowBits(deflatedBy: role),
            forgetsContext: parameters.forgetsContext(deflatedBy: role),
            effort: effort
        )
    }

    private func makeInflater() -> Inflater {
        Inflater(
            windowBits: parameters.windowBits(deflatedBy: role.other),
            forgetsContext: parameters.forgetsContext(deflatedBy: role.other)
        )
    }
}

/// Compresses a server's messages once for all subscribers that negotiated `server_no_context_takeover` and a window
/// at least as large.
///
/// Not `Sendable`: use one per event loop that encodes.
package final class SharedDeflater {
    private let windowBits: Int
    private let effort: DeflateEffort
    private let deflater: Deflater

    /// - Parameters:
    ///   - windowBits: The smallest `server_max_window_bits` among the subscribers, 8 to 15.
    ///   - effort: The parameters of deflating.
    package init(windowBits: Int = 15, effort: DeflateEffort = DeflateEffort()) {
        self.windowBits = windowBits
        self.effort = effort
        deflater = Deflater(windowBits: windowBits, forgetsContext: true, effort: effort)
    }

    /// - Returns: The frame, compressed unless it is shorter than the effort's minimum.
    package func prepare(_ kind: MessageKind, _ payload: ByteBuffer) -> PreparedMessage {
        guard payload.readableBytes >= effort.minimumBytes else { return PreparedMessage(kind, payload) }
        let deflated = deflater.deflate(payload)
        return PreparedMessage(kind, deflated, messageBytes: payload.readableBytes, windowBits: windowBits)
    }
}

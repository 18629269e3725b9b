import NIOCore

/// Why a connection closes (RFC 6455 §7.4).
package struct CloseCode: RawRepresentable, Sendable, Hashable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    package static let normal = CloseCode(rawValue: 1000)
    package static let goingAway = CloseCode(rawValue: 1001)
    package static let protocolError = CloseCode(rawValue: 1002)
    static let invalidPayload = CloseCode(rawValue: 1007)
    static let policyViolation = CloseCode(rawValue: 1008)
    package static let messageTooBig = CloseCode(rawValue: 1009)

    /// Whether a Close frame may carry the code.
    ///
    /// 1004 is reserved; 1005, 1006 and 1015 must not be sent (§7.4.1). 1012–1014 were registered with IANA later.
    /// 3000–3999 are for libraries and 4000–4999 for private use (§7.4.2).
    package var isAllowedOnWire: Bool {
        switch rawValue {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }
}

/// The body of a Close frame (RFC 6455 §5.5.1): empty, or a code and a reason.
struct ClosePayload: Equatable {
    static let longestReason = FrameHeader.longestControlPayload - 2

    var code: CloseCode?
    var reason = ""

    init(code: CloseCode?, reason: String = "") {
        self.code = code
        self.reason = reason
    }

    init(parsing bytes: ByteBuffer) throws(WebSocketError) {
        guard bytes.readableBytes > 0 else { return }
        guard let raw = bytes.getInteger(at: bytes.readerIndex, as: UInt16.self) else { throw .oneByteClosePayload }
        let code = CloseCode(rawValue: raw)
        guard code.isAllowedOnWire else { throw .invalidCloseCode(raw) }
        var reason = bytes
        reason.moveReaderIndex(forwardBy: 2)
        guard reason.isUTF8 else { throw .invalidCloseReason }
        self.code = code
        self.reason = String(buffer: reason)
    }

    var encoded: ByteBuffer {
        var bytes = ByteBuffer()
        guard let code else { return bytes }
        bytes.writeInteger(code.rawValue)
        bytes.writeString(reason)
        return bytes
    }
}

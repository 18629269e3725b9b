/// Bytes of each layer in one direction: ten stored integers, no dictionary and no allocation.
package struct LayerCounts: Sendable, Hashable, Codable {
    private var payload: Int64 = 0
    private var envelope: Int64 = 0
    private var framing: Int64 = 0
    private var httpHead: Int64 = 0
    private var webSocketFrameHeader: Int64 = 0
    private var webSocketMask: Int64 = 0
    private var webSocketControl: Int64 = 0
    private var handshake: Int64 = 0
    private var tls: Int64 = 0
    private var tcpIP: Int64 = 0

    package init() {}

    package subscript(layer: ByteLayer) -> Int64 {
        get {
            switch layer {
            case .payload: payload
            case .envelope: envelope
            case .framing: framing
            case .httpHead: httpHead
            case .webSocketFrameHeader: webSocketFrameHeader
            case .webSocketMask: webSocketMask
            case .webSocketControl: webSocketControl
            case .handshake: handshake
            case .tls: tls
            case .tcpIP: tcpIP
            }
        }
        set {
            switch layer {
            case .payload: payload = newValue
            case .envelope: envelope = newValue
            case .framing: framing = newValue
            case .httpHead: httpHead = newValue
            case .webSocketFrameHeader: webSocketFrameHeader = newValue
            case .webSocketMask: webSocketMask = newValue
            case .webSocketControl: webSocketControl = newValue
            case .handshake: handshake = newValue
            case .tls: tls = newValue
            case .tcpIP: tcpIP = newValue
            }
        }
    }

    /// Field by field: clients merge the bytes of each message.
    static func += (left: inout Self, right: Self) {
        left.payload += right.payload
        left.envelope += right.envelope
        left.framing += right.framing
        left.httpHead += right.httpHead
        left.webSocketFrameHeader += right.webSocketFrameHeader
        left.webSocketMask += right.webSocketMask
        left.webSocketControl += right.webSocketControl
        left.handshake += right.handshake
        left.tls += right.tls
        left.tcpIP += right.tcpIP
    }
}

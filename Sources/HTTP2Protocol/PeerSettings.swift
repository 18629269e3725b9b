import NIOCore

/// The values of a client's SETTINGS that bind the server (RFC 9113 §6.5.2).
struct PeerSettings: Equatable {
    /// Dynamic table that the client's HPACK decoder allows, in bytes.
    private(set) var headerTableBytes = 4_096
    /// Window of a new stream for what the server sends, in bytes.
    private(set) var initialWindow = 65_535
    /// Largest payload of a frame that the client accepts, in bytes.
    private(set) var maximumPayload = FrameHeader.defaultMaximumPayload

    /// Takes the values of a SETTINGS payload, in order.
    ///
    /// - Parameter payload: A multiple of 6 bytes.
    /// - Throws: ``HTTP2Fault`` for a value outside its range. Unknown parameters are ignored.
    mutating func apply(_ payload: ByteBuffer) throws(HTTP2Fault) {
        var rest = payload
        while let (parameter, value) = rest.readMultipleIntegers(as: (UInt16, UInt32).self) {
            try apply(parameter, Int(value))
        }
    }

    private mutating func apply(_ parameter: UInt16, _ value: Int) throws(HTTP2Fault) {
        switch parameter {
        case 0x1: headerTableBytes = value
        case 0x2:
            if value > 1 { throw HTTP2Fault(.protocolError, "ENABLE_PUSH is \(value); allowed 0 and 1") }
        case 0x4:
            if value > FrameHeader.maximum31Bits {
                throw HTTP2Fault(.flowControlError, "INITIAL_WINDOW_SIZE is \(value); allowed up to 2147483647")
            }
            initialWindow = value
        case 0x5:
            guard (FrameHeader.defaultMaximumPayload...0xff_ffff).contains(value) else {
                throw HTTP2Fault(.protocolError, "MAX_FRAME_SIZE is \(value); allowed 16384 to 16777215")
            }
            maximumPayload = value
        case 0x8:
            // RFC 8441 §3.
            if value > 1 { throw HTTP2Fault(.protocolError, "ENABLE_CONNECT_PROTOCOL is \(value); allowed 0 and 1") }
        default: break
        }
    }
}

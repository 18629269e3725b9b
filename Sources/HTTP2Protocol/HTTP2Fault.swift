/// Error codes of RFC 9113 §7.
package enum HTTP2ErrorCode: UInt32, Sendable {
    case noError = 0x0
    case protocolError = 0x1
    case internalError = 0x2
    case flowControlError = 0x3
    case settingsTimeout = 0x4
    case streamClosed = 0x5
    case frameSizeError = 0x6
    case refusedStream = 0x7
    case cancel = 0x8
    case compressionError = 0x9
    case connectError = 0xa
    case enhanceYourCalm = 0xb
    case inadequateSecurity = 0xc
    case http11Required = 0xd
}

/// A violation by the peer that ends the connection (RFC 9113 §5.4.1).
package struct HTTP2Fault: Error, Equatable, Sendable, CustomStringConvertible {
    /// The code of the GOAWAY frame.
    package let code: HTTP2ErrorCode
    package let sentence: String

    package var description: String { sentence }

    init(_ code: HTTP2ErrorCode, _ sentence: String) {
        self.code = code
        self.sentence = sentence
    }
}

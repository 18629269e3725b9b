import NIOCore
import WireAccounting

/// Turns a connection that begins with the HTTP/2 preface into an HTTP/2 connection: by prior knowledge (RFC 9113
/// §3.3), or negotiated by TLS.
enum HTTP2Upgrade {
    /// Whether the bytes begin with the preface; `nil` while bytes are missing to decide.
    static func begins(_ bytes: ByteBuffer) -> Bool? {
        let preface = HTTP2FrameTally.preface.utf8
        let seen = bytes.readableBytesView.prefix(preface.count)
        guard preface.starts(with: seen) else { return false }
        return seen.count == preface.count ? true : nil
    }
}

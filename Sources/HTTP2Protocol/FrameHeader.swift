import NIOCore

/// The 9 bytes in front of each frame's payload (RFC 9113 §4.1).
struct FrameHeader: Equatable {
    static let bytes = 9
    /// The largest payload that a peer may send without another agreement (RFC 9113 §4.2).
    static let defaultMaximumPayload = 16_384
    /// The largest stream identifier, window and window increment.
    static let maximum31Bits = 0x7fff_ffff

    /// Frame types (RFC 9113 §6).
    enum Kind {
        static let data: UInt8 = 0
        static let headers: UInt8 = 1
        static let priority: UInt8 = 2
        static let resetStream: UInt8 = 3
        static let settings: UInt8 = 4
        static let pushPromise: UInt8 = 5
        static let ping: UInt8 = 6
        static let goAway: UInt8 = 7
        static let windowUpdate: UInt8 = 8
        static let continuation: UInt8 = 9
    }

    /// Flags; their meaning depends on the type.
    enum Flag {
        static let endStream: UInt8 = 0x1
        static let acknowledge: UInt8 = 0x1
        static let endHeaders: UInt8 = 0x4
        static let padded: UInt8 = 0x8
        static let priority: UInt8 = 0x20
    }

    /// Bytes of the payload.
    var length: Int
    var kind: UInt8
    var flags: UInt8 = 0
    /// 0 for the connection.
    var stream: Int

    func has(_ flag: UInt8) -> Bool { flags & flag != 0 }
}

extension FrameHeader {
    /// Reads a header without consuming it; the reserved bit is ignored.
    ///
    /// - Returns: `nil` while bytes are missing.
    init?(peekingAt bytes: ByteBuffer) {
        guard bytes.readableBytes >= Self.bytes else { return nil }
        self = bytes.withUnsafeReadableBytes { raw in
            let first = UInt64(bigEndian: raw.loadUnaligned(as: UInt64.self))
            let stream = UInt32(truncatingIfNeeded: first) << 8 | UInt32(raw[8])
            return FrameHeader(
                length: Int(first >> 40), kind: UInt8(truncatingIfNeeded: first >> 32),
                flags: UInt8(truncatingIfNeeded: first >> 24), stream: Int(stream & UInt32(Self.maximum31Bits)))
        }
    }

    /// Appends the header.
    func write(into buffer: inout ByteBuffer) {
        buffer.writeInteger(UInt64(length) << 40 | UInt64(kind) << 32 | UInt64(flags) << 24 | UInt64(stream) >> 8)
        buffer.writeInteger(UInt8(truncatingIfNeeded: stream))
    }
}

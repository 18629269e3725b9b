import NIOCore
import WebSocketProtocol

/// Splits a byte stream into the frames of the hixie drafts (draft 75 §4.2, draft 76 §4.2 and §5.3).
///
/// A frame of a type below 0x80 extends to the next 0xFF. From type 0x80 on the length follows, seven bits per byte.
/// Text has type 0x00; all other frames are skipped, as the drafts require. After an error the frame boundaries are
/// unknown.
struct HixieFrameDecoder: Sendable {
    enum Frame: Equatable {
        /// UTF-8, checked.
        case text(ByteBuffer)
        /// 0xFF with the length 0.
        case closing(wireBytes: Int)
        case skipped(wireBytes: Int)
    }

    /// Bytes needed to encode the largest allowed length, 2^31.
    private static let longestLength = 5

    private let frameLimit: Int
    /// Bytes of the unfinished frame's body that were searched for its end and, for text, validated.
    private var seenBytes = 0
    private var utf8 = UTF8Validator()

    /// - Parameter frameLimit: Largest body of one frame, in bytes, including skipped frames; at most 2^31.
    init(frameLimit: Int) {
        self.frameLimit = frameLimit
    }

    /// Reads the next frame.
    ///
    /// - Parameter bytes: Unread input; consumed only when the frame is complete.
    /// - Returns: `nil` while bytes are missing.
    /// - Throws: ``WebSocketError`` as soon as the available bytes show the error.
    mutating func next(from bytes: inout ByteBuffer) throws(WebSocketError) -> Frame? {
        guard let type = bytes.getInteger(at: bytes.readerIndex, as: UInt8.self) else { return nil }
        return type < 0x80 ? try delimited(isText: type == 0, &bytes) : try counted(isClosing: type == 0xFF, &bytes)
    }

    private mutating func delimited(isText: Bool, _ bytes: inout ByteBuffer) throws(WebSocketError) -> Frame? {
        let body = bytes.readerIndex + 1
        let view = bytes.viewBytes(at: body, length: bytes.writerIndex - body) ?? ByteBufferView(ByteBuffer())
        let end = Self.end(of: view, from: seenBytes)
        let arrived = end ?? view.count
        guard arrived <= frameLimit else { throw .oversizedMessage(allowedBytes: frameLimit) }
        if isText { try check(view, upTo: arrived, isWhole: end != nil) }
        guard let end else {
            seenBytes = arrived
            return nil
        }
        (seenBytes, utf8) = (0, UTF8Validator())
        bytes.moveReaderIndex(forwardBy: 1)
        let payload = bytes.readSlice(length: end) ?? ByteBuffer()
        bytes.moveReaderIndex(forwardBy: 1)
        return isText ? .text(payload) : .skipped(wireBytes: end + HixieFrames.textMarkBytes)
    }

    private mutating func check(_ view: ByteBufferView, upTo end: Int, isWhole: Bool) throws(WebSocketError) {
        let isValid = view.withUnsafeBytes { utf8.accepts(UnsafeRawBufferPointer(rebasing: $0[seenBytes..<end])) }
        guard isValid, !isWhole || utf8.isAtBoundary else { throw .invalidUTF8 }
    }

    private func counted(isClosing: Bool, _ bytes: inout ByteBuffer) throws(WebSocketError) -> Frame? {
        var length = 0
        for index in 1...Self.longestLength {
            guard let byte = bytes.getInteger(at: bytes.readerIndex + index, as: UInt8.self) else { return nil }
            length = length << 7 | Int(byte & 0x7F)
            guard length <= frameLimit else { throw .oversizedMessage(allowedBytes: frameLimit) }
            guard byte < 0x80 else { continue }
            let wireBytes = 1 + index + length
            guard bytes.readableBytes >= wireBytes else { return nil }
            bytes.moveReaderIndex(forwardBy: wireBytes)
            return isClosing && length == 0 ? .closing(wireBytes: wireBytes) : .skipped(wireBytes: wireBytes)
        }
        throw .nonMinimalLength(declaredBytes: UInt64(length))
    }
}

extension HixieFrameDecoder {
    /// Index of the first 0xFF; tests eight bytes at a time.
    private static func end(of view: ByteBufferView, from start: Int) -> Int? {
        view.withUnsafeBytes { bytes in
            var index = start
            while index &+ 8 <= bytes.count {
                // The complement of 0xFF is 0, and only a zero byte borrows while its top bit is clear.
                let word = ~bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                if (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080 != 0 { break }
                index &+= 8
            }
            while index < bytes.count, bytes[index] != 0xFF { index &+= 1 }
            return index < bytes.count ? index : nil
        }
    }
}

import NIOCore

/// Splits a byte stream into frames and enforces RFC 6455 §5.
///
/// Request a header, then its payload; both return `nil` and consume nothing while bytes are missing. After an error,
/// the next frame boundary is unknown: fail the connection.
struct FrameDecoder: Sendable {
    private let role: WebSocketRole
    let frameLimit: Int
    private let allowsCompression: Bool

    /// The header whose payload is incomplete.
    private(set) var unfinished: FrameHeader?
    private var unmaskedBytes = 0

    /// - Parameters:
    ///   - role: This side; a server requires masked frames, a client unmasked ones.
    ///   - frameLimit: Largest payload of one frame, in bytes.
    ///   - allowsCompression: Whether permessage-deflate was negotiated, which allows RSV1.
    init(role: WebSocketRole, frameLimit: Int, allowsCompression: Bool = false) {
        self.role = role
        self.frameLimit = frameLimit
        self.allowsCompression = allowsCompression
    }

    /// Reads the next frame's header.
    ///
    /// - Parameter bytes: Unread input; consumed only once the header (2–14 bytes) is complete.
    /// - Returns: `nil` while bytes are missing.
    /// - Throws: ``WebSocketError`` at the first byte that shows the error.
    mutating func nextHeader(from bytes: inout ByteBuffer) throws(WebSocketError) -> FrameHeader? {
        precondition(unfinished == nil, "take the payload of the last header before the next header")
        guard let start = bytes.getInteger(at: bytes.readerIndex, as: UInt16.self) else { return nil }
        var header = try checkedStart(UInt8(truncatingIfNeeded: start >> 8))
        let isMasked = start & 0x80 != 0
        try checkMasking(isMasked)
        header.payloadLength = Int(start & 0x7F)
        try checkControl(header)
        guard let length = try extendedLength(header.payloadLength, in: bytes) else { return nil }
        let lengthBytes = header.payloadLength < 126 ? 0 : header.payloadLength == 126 ? 2 : 8
        header.payloadLength = length
        if isMasked {
            let position = bytes.readerIndex + 2 + lengthBytes
            guard let key = bytes.getInteger(at: position, endianness: .little, as: UInt32.self) else { return nil }
            header.maskKey = MaskKey(littleEndian: key)
        }
        bytes.moveReaderIndex(forwardBy: header.encodedLength)
        unfinished = header
        return header
    }

    private func checkedStart(_ byte: UInt8) throws(WebSocketError) -> FrameHeader {
        let reserved = byte & (allowsCompression ? 0x30 : 0x70)
        guard reserved == 0 else { throw .reservedBits(seen: reserved) }
        guard let opcode = Opcode(rawValue: byte & 0x0F) else { throw .reservedOpcode(byte & 0x0F) }
        let isCompressed = byte & 0x40 != 0
        // RFC 7692 §6: RSV1 marks a message, so only its first frame may carry it.
        if isCompressed && (opcode.isControl || opcode == .continuation) { throw .reservedBits(seen: 0x40) }
        return FrameHeader(opcode: opcode, payloadLength: 0, isFinal: byte & 0x80 != 0, isCompressed: isCompressed)
    }

    private func checkMasking(_ isMasked: Bool) throws(WebSocketError) {
        switch role {
        case .server: if !isMasked { throw .unmaskedFrameFromClient }
        case .client: if isMasked { throw .maskedFrameFromServer }
        }
    }

    private func checkControl(_ header: FrameHeader) throws(WebSocketError) {
        guard header.opcode.isControl else { return }
        guard header.isFinal else { throw .fragmentedControlFrame(opcode: header.opcode) }
        guard header.payloadLength <= FrameHeader.longestControlPayload else {
            throw .oversizedControlFrame(opcode: header.opcode)
        }
    }

    private func extendedLength(_ short: Int, in bytes: ByteBuffer) throws(WebSocketError) -> Int? {
        let length: UInt64
        switch short {
        case 126:
            guard let long = bytes.getInteger(at: bytes.readerIndex + 2, as: UInt16.self) else { return nil }
            length = UInt64(long)
            guard length > 125 else { throw .nonMinimalLength(declaredBytes: length) }
        case 127:
            guard let long = bytes.getInteger(at: bytes.readerIndex + 2, as: UInt64.self) else { return nil }
            length = long
            guard length >> 63 == 0 else { throw .lengthTopBitSet }
            guard length > 0xFFFF else { throw .nonMinimalLength(declaredBytes: length) }
        default:
            length = UInt64(short)
        }
        guard length <= UInt64(frameLimit) else {
            throw .oversizedFrame(declaredBytes: length, allowedBytes: frameLimit)
        }
        return Int(length)
    }
}

extension FrameDecoder {
    /// Takes the unmasked payload of ``unfinished``: a slice of `bytes`, copied only if a masked frame's storage is
    /// shared.
    ///
    /// - Parameter bytes: Unread input after the header. An incomplete masked payload is unmasked in place.
    /// - Returns: `nil` while bytes are missing.
    mutating func nextPayload(from bytes: inout ByteBuffer) -> ByteBuffer? {
        guard let header = unfinished else { return nil }
        guard let key = header.maskKey else { return finish(bytes.readSlice(length: header.payloadLength)) }
        guard bytes.readableBytes >= header.payloadLength else {
            unmaskArrived(key, in: &bytes)
            return nil
        }
        return finish(unmaskedSlice(key, length: header.payloadLength, of: &bytes))
    }

    private mutating func finish(_ payload: ByteBuffer?) -> ByteBuffer? {
        guard payload != nil else { return nil }
        unfinished = nil
        unmaskedBytes = 0
        return payload
    }

    private mutating func unmaskArrived(_ key: MaskKey, in bytes: inout ByteBuffer) {
        guard bytes.readableBytes > unmaskedBytes else { return }
        bytes.unmask(key, from: unmaskedBytes, to: bytes.readableBytes)
        unmaskedBytes = bytes.readableBytes
    }

    private func unmaskedSlice(_ key: MaskKey, length: Int, of bytes: inout ByteBuffer) -> ByteBuffer? {
        let done = unmaskedBytes
        // Writing to shared storage would copy all input after this frame too; copying only the slice is cheaper.
        let inPlace: Void? = bytes.modifyIfUniquelyOwned { $0.unmask(key, from: done, to: length) }
        var payload = bytes.readSlice(length: length)
        if inPlace == nil { payload?.unmask(key, from: done, to: length) }
        return payload
    }
}

extension ByteBuffer {
    fileprivate mutating func unmask(_ key: MaskKey, from start: Int, to end: Int) {
        guard end > start else { return }
        withUnsafeMutableReadableBytes { bytes in
            Masking.apply(key, to: UnsafeMutableRawBufferPointer(rebasing: bytes[start..<end]), offset: start)
        }
    }
}

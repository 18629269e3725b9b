import WebSocketProtocol

/// The header of a WebSocket frame (RFC 6455 §5.2), read leniently: what breaks the rules is kept, so that it can be
/// shown.
struct FrameFields: Sendable, Equatable {
    /// The three forms of a length.
    enum LengthForm: Int, Sendable {
        case seven = 0
        case sixteen = 2
        case sixtyFour = 8

        var extraBytes: Int { rawValue }
    }

    let first: UInt8
    let second: UInt8
    let form: LengthForm
    /// As declared; up to 2^64 − 1.
    let length: UInt64
    let maskKey: MaskKey?
    let maskBytes: [UInt8]

    var isFinal: Bool { first & 0x80 != 0 }
    var reserved: UInt8 { first & 0x70 }
    var isCompressed: Bool { first & 0x40 != 0 }
    var opcode: Opcode? { Opcode(rawValue: first & 0x0f) }
    var isControl: Bool { first & 0x08 != 0 }
    var isMasked: Bool { second & 0x80 != 0 }

    /// Bytes before the masking key.
    var bytesWithoutMask: Int { 2 + form.extraBytes }
    /// Bytes of the header, masking key included.
    var headerBytes: Int { bytesWithoutMask + maskBytes.count }

    /// - Returns: `nil` while bytes of the header are missing.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= 2 else { return nil }
        (first, second) = (bytes[0], bytes[1])
        let short = second & 0x7f
        form = short == 127 ? .sixtyFour : short == 126 ? .sixteen : .seven
        let start = 2 + form.extraBytes
        let masks = second & 0x80 != 0 ? 4 : 0
        guard bytes.count >= start + masks else { return nil }
        length = form == .seven ? UInt64(short) : bytes[2..<start].reduce(0) { $0 << 8 | UInt64($1) }
        maskBytes = Array(bytes[start..<start + masks])
        maskKey = masks == 0 ? nil : MaskKey(bytes[start], bytes[start + 1], bytes[start + 2], bytes[start + 3])
    }

    /// What the header violates, apart from the place of the frame in its message.
    ///
    /// - Parameters:
    ///   - fromClient: Whether the client sent it; `nil` if unknown.
    ///   - allowsCompression: Whether permessage-deflate was agreed.
    /// - Returns: All mistakes, not only the first.
    func errors(fromClient: Bool?, allowsCompression: Bool) -> [WebSocketError] {
        var errors: [WebSocketError] = []
        let bits = reserved & (allowsCompression ? 0x30 : 0x70)
        if bits != 0 { errors.append(.reservedBits(seen: bits)) }
        if let opcode {
            if allowsCompression, isCompressed, isControl || opcode == .continuation {
                errors.append(.reservedBits(seen: 0x40))
            }
            if isControl, !isFinal { errors.append(.fragmentedControlFrame(opcode: opcode)) }
            if isControl, length > 125 { errors.append(.oversizedControlFrame(opcode: opcode)) }
        } else {
            errors.append(.reservedOpcode(first & 0x0f))
        }
        if fromClient == true, !isMasked { errors.append(.unmaskedFrameFromClient) }
        if fromClient == false, isMasked { errors.append(.maskedFrameFromServer) }
        if length >> 63 != 0 { errors.append(.lengthTopBitSet) }
        if form == .sixteen && length < 126 || form == .sixtyFour && length <= 0xffff {
            errors.append(.nonMinimalLength(declaredBytes: length))
        }
        return errors
    }

    /// Such as `text, final, 5 B, masked`.
    var title: String {
        var parts = [opcode?.title ?? "opcode \(first & 0x0f)", isFinal ? "final" : "not final"]
        if isCompressed { parts.append("compressed") }
        if isMasked { parts.append("masked") }
        parts.append("\(length) B")
        return "WebSocket frame: \(parts.joined(separator: ", "))"
    }
}

extension Opcode {
    /// The name in RFC 6455 §5.2.
    var title: String {
        switch self {
        case .continuation: "continuation"
        case .text: "text"
        case .binary: "binary"
        case .close: "Close"
        case .ping: "Ping"
        case .pong: "Pong"
        }
    }
}

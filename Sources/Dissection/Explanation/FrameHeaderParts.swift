import WebSocketProtocol
import WireAccounting

/// The parts of a frame's header, bit by bit.
struct FrameHeaderParts {
    private let fields: FrameFields
    private let start: Int
    private let allowsCompression: Bool

    init(_ fields: FrameFields, start: Int, allowsCompression: Bool) {
        (self.fields, self.start, self.allowsCompression) = (fields, start, allowsCompression)
    }

    private var headerLayer: ByteLayer { fields.isControl ? .webSocketControl : .webSocketFrameHeader }

    var parts: [ExplainedPart] {
        [firstByte, secondByte] + [extendedLength, mask].compactMap { $0 }
    }

    private var firstByte: ExplainedPart {
        let first = fields.first
        return ExplainedPart(
            "byte 1", range: start..<start + 1, hex: Shown.hex([first]), bits: Shown.bits(first, 0..<8),
            layer: headerLayer,
            parts: [
                bit("FIN", 0, fields.isFinal ? "the last frame of its message" : "more frames of this message follow"),
                bit("RSV1", 1, compression),
                bit("RSV2", 2, "reserved, 0"), bit("RSV3", 3, "reserved, 0"),
                ExplainedPart(
                    "opcode", value: "\(first & 0x0f)", meaning: opcodeMeaning, bits: Shown.bits(first, 4..<8)),
            ])
    }

    private var compression: String {
        if !fields.isCompressed { return "the message is not compressed" }
        return allowsCompression
            ? "the message is compressed by permessage-deflate (RFC 7692 §6)" : "set, but no extension was agreed"
    }

    private var opcodeMeaning: String {
        switch fields.opcode {
        case .continuation: "continues the message of the frame before"
        case .text: "text, UTF-8"
        case .binary: "binary"
        case .close: "Close: begins or answers the closing handshake (§5.5.1)"
        case .ping: "Ping: the peer must answer with a Pong (§5.5.2)"
        case .pong: "Pong (§5.5.3)"
        case nil: "reserved"
        }
    }

    private var secondByte: ExplainedPart {
        let second = fields.second
        let short = second & 0x7f
        let meaning =
            switch fields.form {
            case .seven: "payload length in bytes, 7-bit form"
            case .sixteen: "126: the length is in the next 2 B"
            case .sixtyFour: "127: the length is in the next 8 B"
            }
        return ExplainedPart(
            "byte 2", range: start + 1..<start + 2, hex: Shown.hex([second]), bits: Shown.bits(second, 0..<8),
            layer: headerLayer,
            parts: [
                ExplainedPart(
                    "MASK", value: fields.isMasked ? "1" : "0",
                    meaning: fields.isMasked
                        ? "masked, as every frame of a client (§5.1)" : "not masked, as every frame of a server (§5.1)",
                    bits: Shown.bits(second, 0..<1)),
                ExplainedPart(
                    "payload length", value: "\(short)", meaning: meaning, bits: Shown.bits(second, 1..<8)),
            ])
    }

    private var extendedLength: ExplainedPart? {
        guard fields.form != .seven else { return nil }
        let bytes = (0..<fields.form.extraBytes).reversed().map { UInt8(truncatingIfNeeded: fields.length >> ($0 * 8)) }
        return ExplainedPart(
            "extended payload length", value: "\(fields.length)",
            meaning: "\(fields.form.extraBytes * 8)-bit form, big-endian",
            range: start + 2..<start + fields.bytesWithoutMask, hex: Shown.hex(bytes), layer: headerLayer)
    }

    private var mask: ExplainedPart? {
        guard fields.isMasked else { return nil }
        return ExplainedPart(
            "masking key", meaning: "payload byte i is XORed with key byte i mod 4 (§5.3)",
            range: start + fields.bytesWithoutMask..<start + fields.headerBytes, hex: Shown.hex(fields.maskBytes),
            layer: .webSocketMask)
    }

    private func bit(_ name: String, _ index: Int, _ meaning: String) -> ExplainedPart {
        let bits = Shown.bits(fields.first, index..<index + 1)
        return ExplainedPart(name, value: bits, meaning: meaning, bits: bits)
    }
}

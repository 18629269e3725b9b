import WebSocketProtocol
import WireAccounting

/// What the payload of a frame means for its message.
enum PayloadMeaning {
    case none
    case close([UInt8])
    case message([UInt8], isText: Bool)
    case inflated(InflatedContent, isText: Bool)
    case notInflatable
}

/// The payload of a frame, masked, unmasked and inflated.
struct PayloadParts {
    private(set) var parts: [ExplainedPart] = []
    let unmasked: [UInt8]

    init(_ fields: FrameFields, masked: [UInt8], start: Int) {
        var plain = masked
        if let key = fields.maskKey { plain.withUnsafeMutableBytes { Masking.apply(key, to: $0) } }
        unmasked = plain
        guard !masked.isEmpty else { return }
        let layer: ByteLayer = fields.isControl ? .webSocketControl : .payload
        let isText = !fields.isCompressed && fields.opcode != .close
        let name = fields.isMasked ? "masked payload" : "payload"
        parts.append(
            ExplainedPart(
                name, value: fields.isMasked || !isText ? nil : Shown.text(masked),
                range: start..<start + masked.count, hex: Shown.hex(masked), layer: layer))
        guard fields.isMasked else { return }
        parts.append(
            ExplainedPart("unmasked payload", value: isText ? Shown.text(plain) : nil, hex: Shown.hex(plain)))
    }

    /// Adds what the payload means, and what is wrong with it.
    mutating func describe(_ faults: inout [String], meaning: PayloadMeaning) {
        switch meaning {
        case .none: break
        case .close(let content): describeClose(content, &faults)
        case .message(let content, let isText):
            if isText, !Self.isUTF8(content) { faults.append("\(WebSocketError.invalidUTF8)") }
        case .inflated(let content, let isText):
            parts.append(Self.inflated(content, isText: isText))
            if isText, content.bytes == content.beginning.count, !Self.isUTF8(content.beginning) {
                faults.append("\(WebSocketError.invalidUTF8)")
            }
        case .notInflatable: faults.append("\(WebSocketError.invalidCompressedData)")
        }
    }

    static let inflatedName = "inflated message"

    static func inflated(_ content: InflatedContent, isText: Bool) -> ExplainedPart {
        ExplainedPart(
            inflatedName, value: isText ? Shown.text(content.beginning) : nil,
            meaning: "\(content.bytes) B after inflating \(content.wireBytes) B", hex: Shown.hex(content.beginning))
    }

    private mutating func describeClose(_ content: [UInt8], _ faults: inout [String]) {
        guard !content.isEmpty else { return }
        guard content.count >= 2 else {
            faults.append("\(WebSocketError.oneByteClosePayload)")
            return
        }
        let code = UInt16(content[0]) << 8 | UInt16(content[1])
        let reason = content.dropFirst(2)
        parts.append(ExplainedPart("close code", value: "\(code)", meaning: Self.meaning(ofCode: code)))
        if !reason.isEmpty { parts.append(ExplainedPart("reason", value: Shown.text(reason))) }
        if !CloseCode(rawValue: code).isAllowedOnWire { faults.append("\(WebSocketError.invalidCloseCode(code))") }
        if !Self.isUTF8(Array(reason)) { faults.append("\(WebSocketError.invalidCloseReason)") }
    }

    private static func isUTF8(_ bytes: [UInt8]) -> Bool { String(validating: bytes, as: UTF8.self) != nil }

    private static func meaning(ofCode code: UInt16) -> String {
        switch code {
        case 1000: "normal closure"
        case 1001: "going away"
        case 1002: "protocol error"
        case 1003: "unacceptable type of data"
        case 1007: "data does not fit its type, such as text that is not UTF-8"
        case 1008: "policy violation"
        case 1009: "message too big"
        case 1010: "the client needs an extension that the server did not choose"
        case 1011: "unexpected condition at the server"
        case 1012...1014: "registered for services and gateways"
        case 3000...3999: "registered for libraries and applications"
        case 4000...4999: "of the application"
        default: "not allowed on the wire"
        }
    }
}

import WebSocketProtocol
import WireAccounting

/// Explains WebSocket frames bit by bit (RFC 6455 §5.2).
package struct FrameExplanation {
    /// What is known about the frames.
    package struct Context: Sendable {
        /// The side that sent them; `nil` if unknown, then the mask decides.
        package var direction: Direction?
        /// The agreement on permessage-deflate; `nil` without one, so that RSV1 is a mistake.
        package var deflate: DeflateParameters?
        /// Whether the input may end inside a frame because only the first bytes were kept.
        package var isCut: Bool

        package init(
            direction: Direction? = nil, deflate: DeflateParameters? = DeflateParameters(), isCut: Bool = false
        ) {
            (self.direction, self.deflate, self.isCut) = (direction, deflate, isCut)
        }
    }

    private let bytes: [UInt8]
    private let context: Context
    private var position = 0
    private var message = MessageState()
    private var inflater: MessageInflater?

    /// A fragmented message so far.
    private struct MessageState {
        var opcode: Opcode?
        var isCompressed = false
        var isComplete = true
        var content: [UInt8] = []
    }

    /// - Throws: ``UnexplainableInput`` if there are no bytes or too many.
    package static func explain(
        _ bytes: [UInt8], _ context: Context = Context()
    ) throws(UnexplainableInput) -> Explanation {
        try ExplanationLimits.check(bytes.count)
        var explainer = FrameExplanation(bytes, context)
        let parts = try explainer.frames()
        let count = parts.count
        return Explanation(
            .frames, summary: "\(bytes.count) B: \(count.of("WebSocket frame"))", parts: parts)
    }

    private init(_ bytes: [UInt8], _ context: Context) {
        self.bytes = bytes
        self.context = context
    }

    private mutating func frames() throws(UnexplainableInput) -> [ExplainedPart] {
        var parts: [ExplainedPart] = []
        while position < bytes.count {
            if parts.count == ExplanationLimits.frames {
                throw UnexplainableInput(
                    "the input has more than \(ExplanationLimits.frames) frames; explain a part of it")
            }
            let start = position
            let fields = bytes.withUnsafeBytes { FrameFields(UnsafeRawBufferPointer(rebasing: $0[start...])) }
            guard let fields else {
                parts.append(incompleteHeader())
                break
            }
            parts.append(frame(fields))
        }
        if !message.isComplete, !context.isCut, let last = parts.indices.last, parts[last].faults.isEmpty {
            parts[last].faults.append("the message is not complete: no frame with FIN = 1 follows")
        }
        return parts
    }

    private mutating func incompleteHeader() -> ExplainedPart {
        defer { position = bytes.count }
        let faults = context.isCut ? [] : ["the header of the frame is not complete; it has 2 to 14 B"]
        return ExplainedPart(
            "frame", range: position..<bytes.count, hex: Shown.hex(bytes[position...]), faults: faults)
    }

    private mutating func frame(_ fields: FrameFields) -> ExplainedPart {
        let start = position
        let fromClient = context.direction.map { $0 == .up }
        var faults = fields.errors(fromClient: fromClient, allowsCompression: context.deflate != nil).map(sentence)
        let header = FrameHeaderParts(fields, start: start, allowsCompression: context.deflate != nil).parts
        let payloadStart = start + fields.headerBytes
        let present = min(UInt64(bytes.count - payloadStart), fields.length)
        let end = payloadStart + Int(present)
        if present < fields.length, !context.isCut {
            faults.append("the header declares \(fields.length) B of payload, but only \(present) B follow")
        }
        position = end
        if fields.opcode == nil || fields.length >> 63 != 0 { position = bytes.count }
        var payload = PayloadParts(fields, masked: Array(bytes[payloadStart..<end]), start: payloadStart)
        let content = payload.unmasked
        faults += place(of: fields)
        if present == fields.length, faults.isEmpty { payload.describe(&faults, meaning: meaning(of: fields, content)) }
        return ExplainedPart(
            "frame", value: fields.title, range: start..<end, faults: faults, parts: header + payload.parts)
    }

    private func sentence(_ error: WebSocketError) -> String { "\(error)" }

    /// What is wrong with the frame's place in its message (RFC 6455 §5.4).
    private mutating func place(of fields: FrameFields) -> [String] {
        guard let opcode = fields.opcode, !fields.isControl else { return [] }
        if opcode == .continuation {
            return message.isComplete ? [sentence(.continuationWithoutStart)] : []
        }
        if !message.isComplete { return [sentence(.startInsideMessage(opcode: opcode))] }
        message = MessageState(opcode: opcode, isCompressed: fields.isCompressed)
        return []
    }

    // MARK: Content

    /// What the payload means, once all of it is there.
    private mutating func meaning(of fields: FrameFields, _ content: [UInt8]) -> PayloadMeaning {
        if fields.opcode == .close { return .close(content) }
        if fields.isControl { return .none }
        message.content += content
        message.isComplete = fields.isFinal
        guard fields.isFinal else { return .none }
        let isText = message.opcode == .text
        guard message.isCompressed, let deflate = context.deflate else {
            return .message(message.content, isText: isText)
        }
        let inflater =
            inflater ?? MessageInflater(deflate, fromClient: context.direction.map { $0 == .up } ?? fields.isMasked)
        self.inflater = inflater
        message.content.withUnsafeBytes { inflater.take($0) }
        guard let result = inflater.finish() else { return .notInflatable }
        let content = InflatedContent(
            wireBytes: message.content.count, bytes: result.bytes, beginning: result.beginning)
        return .inflated(content, isText: isText)
    }
}

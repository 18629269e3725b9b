import HTTP
import WebSocketProtocol
import WireAccounting

/// One dissected message as a tree of parts.
package enum MessageParts {
    /// - Parameter message: From ``ConnectionDissector/recent``.
    /// - Returns: Its parts, as far as its bytes were kept.
    package static func part(of message: DissectedMessage) -> ExplainedPart {
        let (direction, bytes) = (message.direction.rawValue, message.wireBytes)
        var part = ExplainedPart(
            message.kind.rawValue, value: message.title,
            meaning: message.isComplete ? "\(direction), \(bytes) B" : "\(direction), \(bytes) B, not complete",
            faults: message.faults)
        switch message.kind {
        case .request, .response: part.parts = headParts(message)
        case .webSocketFrame: part.parts = frame(of: message)?.parts ?? []
        default: part.parts = runs(message, from: 0)
        }
        if message.kind != .webSocketFrame { part.parts += inflatedParts(message) }
        return part
    }

    /// A WebSocket frame of a connection, as ``FrameExplanation`` explains a pasted one.
    ///
    /// What a compressed message says depends on the messages before it, so its content is what the dissector inflated.
    ///
    /// - Parameter message: From ``ConnectionDissector/recent``.
    /// - Returns: `nil` for other messages.
    package static func frame(of message: DissectedMessage) -> ExplainedPart? {
        guard message.kind == .webSocketFrame else { return nil }
        // Whether compression was agreed is known to the dissector, which has reported mistakes already.
        let context = FrameExplanation.Context(direction: message.direction, isCut: true)
        guard var frame = try? FrameExplanation.explain(message.bytes, context).parts.first else { return nil }
        frame.faults = message.faults
        frame.parts = frame.parts.filter { $0.name != PayloadParts.inflatedName } + inflatedParts(message)
        return frame
    }

    private static func inflatedParts(_ message: DissectedMessage) -> [ExplainedPart] {
        message.inflated.map { [PayloadParts.inflated($0, isText: true)] } ?? []
    }

    /// Start line, fields and empty line, then the body by layers.
    private static func headParts(_ message: DissectedMessage) -> [ExplainedPart] {
        let head = HeadLines(message.bytes)
        let end = head.end.isEmpty ? message.bytes.count : head.end.upperBound
        var parts = [line(message, head.startLine, message.direction == .up ? "request line" : "status line")]
        parts += head.fields.map { line(message, $0.line, head.text($0.name)) }
        if !head.end.isEmpty { parts.append(line(message, head.end, "empty line")) }
        return parts + runs(message, from: end)
    }

    private static func line(_ message: DissectedMessage, _ range: Range<Int>, _ name: String) -> ExplainedPart {
        let layer = range.isEmpty ? nil : message.layerOfByte[range.lowerBound]
        return ExplainedPart(name, value: Shown.text(message.bytes[range]), range: range, layer: layer)
    }

    /// The kept bytes from a position on, by layer.
    private static func runs(_ message: DissectedMessage, from start: Int) -> [ExplainedPart] {
        message.runs.compactMap { run in
            let range = max(run.range.lowerBound, start)..<max(run.range.upperBound, start)
            if range.isEmpty { return nil }
            let bytes = message.bytes[range]
            return ExplainedPart(
                run.layer.rawValue, value: Shown.text(bytes), range: range, hex: Shown.hex(bytes), layer: run.layer)
        }
    }
}

import WireAccounting

/// Fuzzes what a person may paste: handshakes, frames and exchanges.
func fuzzExplain(_ input: inout FuzzInput) {
    let choice = input.choice()
    let bytes = input.remaining
    let explanation: Explanation?
    switch choice & 3 {
    case 0: explanation = try? HandshakeExplanation.explain(bytes)
    case 1: explanation = try? ExchangeExplanation.explain(bytes)
    case 2:
        let direction: Direction? = choice & 4 == 0 ? nil : choice & 8 == 0 ? .up : .down
        let deflate = choice & 16 == 0 ? DeflateParameters() : nil
        explanation = try? FrameExplanation.explain(bytes, .init(direction: direction, deflate: deflate))
    default:
        guard let frames = try? HexText.bytes(ofFile: bytes) else { return }
        explanation = try? FrameExplanation.explain(frames)
    }
    guard let explanation else { return }
    for part in explanation.parts { check(part, inputBytes: choice & 3 == 3 ? .max : bytes.count * 2) }
    _ = ExplanationText.render(explanation, colours: choice & 32 == 0)
}

private func check(_ part: ExplainedPart, inputBytes: Int) {
    if let from = part.from, let to = part.to {
        mustHold(from <= to && to <= inputBytes, "\(part.name) is outside the input")
    }
    for child in part.parts { check(child, inputBytes: inputBytes) }
}

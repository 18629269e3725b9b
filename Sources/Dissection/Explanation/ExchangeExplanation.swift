import Measurement
import WireAccounting

/// Explains one or more HTTP/1.1 requests and responses: the layer of every byte.
package enum ExchangeExplanation {
    /// - Parameter bytes: Requests with their responses after them, as on the wire or as pasted by a person: lines of
    ///   headers may end in LF alone.
    /// - Returns: Each message with its lines and the layers of its body, and the sums.
    /// - Throws: ``UnexplainableInput`` if it does not begin with a request or response.
    package static func explain(_ bytes: [UInt8]) throws(UnexplainableInput) -> Explanation {
        try ExplanationLimits.check(bytes.count)
        let pasted = PastedExchange(bytes)
        guard !pasted.pieces.isEmpty else {
            throw UnexplainableInput("the text does not begin with an HTTP/1.1 request line or status line")
        }
        var dissector = ConnectionDissector(limits: .everything(of: pasted.byteCount))
        for piece in pasted.pieces {
            dissector.take(piece.bytes, piece.direction, at: MonotonicInstant(nanoseconds: 0))
        }
        var parts = dissector.recent.map { MessageParts.part(of: $0) }
        let missing = dissector.recent.filter { !$0.isComplete && $0.kind != .chunk }
        if let last = missing.last {
            let part = ExplainedPart(
                "missing bytes",
                faults: ["the \(last.kind.rawValue) is not complete: its body is shorter than declared"])
            parts.append(part)
        }
        if !dissector.faults.isEmpty, parts.flatMap(\.allFaults).isEmpty {
            parts.append(ExplainedPart("what cannot be read", faults: dissector.faults))
        }
        if pasted.hasCompletedLineEnds {
            parts.append(
                ExplainedPart("line ends", meaning: "the text has LF where HTTP has CR LF; they were completed"))
        }
        return Explanation(
            .exchange, summary: summary(dissector.ledger), parts: parts, layers: LayerTable.of(dissector.ledger))
    }

    private static func summary(_ ledger: ByteLedger) -> String {
        let up = ledger.tcpPayloadBytes(.up)
        let down = ledger.tcpPayloadBytes(.down)
        return "\(up) B up, \(down) B down, \(ledger.payloadBytes) B of them payload"
    }
}

/// Requests and responses found in a text.
private struct PastedExchange {
    private(set) var pieces: [(direction: Direction, bytes: [UInt8])] = []
    private(set) var hasCompletedLineEnds = false

    var byteCount: Int { pieces.reduce(0) { $0 + $1.bytes.count } }

    init(_ bytes: [UInt8]) {
        var position = 0
        while position < bytes.count {
            let head = HeadLines(Array(bytes[position...]))
            let isResponse = head.startText.hasPrefix("HTTP/")
            guard isResponse || head.startText.contains(" HTTP/1.") else { break }
            let headEnd = position + head.end.upperBound
            let end = Self.end(of: bytes, after: headEnd, isResponse: isResponse)
            var piece = wireForm(head)
            piece += bytes[headEnd..<end]
            pieces.append((isResponse ? .down : .up, piece))
            position = end
        }
    }

    /// The headers with the line ends of HTTP.
    private mutating func wireForm(_ head: HeadLines) -> [UInt8] {
        let whole = Array(head.bytes[..<head.end.upperBound])
        if !head.hasBareLineFeed, !head.end.isEmpty { return whole }
        hasCompletedLineEnds = true
        let lines =
            [head.bytes[head.start]]
            + head.fields.map { field in
                head.bytes[field.line].prefix { $0 != 0x0d && $0 != 0x0a }
            }
        return lines.flatMap { Array($0) + [0x0d, 0x0a] } + [0x0d, 0x0a]
    }

    /// The body extends to the next line that begins a response or request.
    private static func end(of bytes: [UInt8], after start: Int, isResponse: Bool) -> Int {
        var position = start
        while position < bytes.count {
            let lineEnd = bytes[position...].firstIndex(of: 0x0a) ?? bytes.count
            let line = bytes[position..<lineEnd]
            let text = String(decoding: line.prefix(200), as: UTF8.self)
            let isStatus = text.hasPrefix("HTTP/1.")
            let isRequest = ["GET /", "POST /", "HEAD /"].contains { text.hasPrefix($0) } && text.contains(" HTTP/1.")
            if isStatus || isRequest { return position }
            position = lineEnd + 1
        }
        return bytes.count
    }
}

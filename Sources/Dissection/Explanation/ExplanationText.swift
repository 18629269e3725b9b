import Measurement
import WireAccounting

/// An explanation as text for a terminal or a file.
package struct ExplanationText {
    private let colours: Bool
    private let columns: Int?
    private var lines: [String] = []

    private static let nameWidth = 24

    /// - Parameters:
    ///   - explanation: What to show.
    ///   - colours: Whether to colour by layer with ANSI sequences.
    ///   - columns: Width at which lines are broken; `nil` for one line per part, which programs can read.
    /// - Returns: Lines that end in a line feed.
    package static func render(_ explanation: Explanation, colours: Bool, columns: Int? = nil) -> String {
        var text = ExplanationText(colours: colours, columns: columns)
        text.lines.append(text.styled(explanation.summary, "1"))
        for part in explanation.parts {
            text.lines.append("")
            text.write(part, depth: 0)
        }
        if let layers = explanation.layers { text.write(layers) }
        if colours, explanation.subject == .exchange { text.writeLegend() }
        return text.lines.joined(separator: "\n") + "\n"
    }

    private init(colours: Bool, columns: Int?) {
        (self.colours, self.columns) = (colours, columns)
    }

    private mutating func write(_ part: ExplainedPart, depth: Int) {
        let indent = String(repeating: "  ", count: depth)
        let padding = String(repeating: " ", count: max(0, Self.nameWidth - indent.count - part.name.count))
        let hex = part.bits == nil && part.value != nil ? nil : part.hex
        // One bit is its own value.
        let value = part.value == part.bits ? nil : part.value
        let content = [part.bits, hex, value].compactMap { $0 }
        let colour = part.layer.map(Self.colour)
        let name = indent + styled(part.name, colour) + padding
        let start = max(Self.nameWidth, indent.count + part.name.count) + 2
        let shown = broken(content.joined(separator: "  "), from: start).map { styled($0, colour) }
        let meaning = part.meaning.map { "# " + $0 } ?? ""
        let width = start + content.joined(separator: "  ").count + 2 + meaning.count
        var rows = [name + (shown.isEmpty ? "" : "  " + shown[0])]
        rows += shown.dropFirst().map { String(repeating: " ", count: Self.nameWidth + 2) + $0 }
        if !meaning.isEmpty, shown.count <= 1, width <= columns ?? .max {
            rows[0] += "  " + styled(meaning, "2")
        } else if !meaning.isEmpty {
            let margin = String(repeating: " ", count: Self.nameWidth + 2)
            rows += broken(meaning, from: Self.nameWidth + 2).map { margin + styled($0, "2") }
        }
        lines += rows.map { String($0.reversed().drop { $0 == " " }.reversed()) }
        for fault in part.faults { lines.append(indent + "  " + styled("! " + fault, "31")) }
        for child in part.parts { write(child, depth: depth + 1) }
    }

    /// A text in lines that fit after a margin; none for an empty text.
    private func broken(_ text: String, from start: Int) -> [String] {
        if text.isEmpty { return [] }
        guard let columns, start + text.count > columns, columns > Self.nameWidth + 20 else { return [text] }
        return WrappedText.lines(text, columns: columns - Self.nameWidth - 2)
    }

    private mutating func write(_ layers: [String: [String: Int64]]) {
        lines += [""] + LayerTable.lines(layers) { styled($0, Self.colour($1)) }
    }

    private mutating func writeLegend() {
        let names = ByteLayer.allCases.dropLast().map { styled($0.rawValue, Self.colour($0)) }
        lines += ["", names.joined(separator: "  ")]
    }

    private func styled(_ text: String, _ code: String?) -> String {
        guard colours, let code else { return text }
        return "\u{1b}[\(code)m\(text)\u{1b}[0m"
    }

    private static func colour(_ layer: ByteLayer) -> String {
        switch layer {
        case .payload: "32"
        case .envelope: "36"
        case .framing: "35"
        case .httpHead: "34"
        case .webSocketFrameHeader: "33"
        case .webSocketMask: "93"
        case .webSocketControl: "95"
        case .handshake: "94"
        case .tls: "90"
        case .tcpIP: "90"
        }
    }
}

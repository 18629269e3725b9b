import WireAccounting

/// A dissected capture as text.
package enum CaptureText {
    /// - Parameters:
    ///   - explanation: The capture.
    ///   - colours: Whether to colour with ANSI sequences.
    ///   - columns: Width at which lines of messages are broken; `nil` for none.
    /// - Returns: Lines that end in a line feed.
    package static func render(_ explanation: CaptureExplanation, colours: Bool, columns: Int? = nil) -> String {
        var lines = explanation.comments.map { "capture: \($0)" }
        for (index, connection) in explanation.connections.enumerated() {
            lines += self.lines(of: connection, number: index + 1, colours, columns)
        }
        for (name, layers) in explanation.transports.sorted(by: { $0.key < $1.key }) {
            lines += ["", "\(name), sum of its connections"] + table(layers)
        }
        if explanation.connections.count > 1 { lines += ["", "all connections"] + table(explanation.layers) }
        if !explanation.notes.isEmpty { lines += [""] + explanation.notes.map { "note: \($0)" } }
        return String(lines.joined(separator: "\n").drop { $0.isNewline }) + "\n"
    }

    private static func lines(
        of connection: CaptureExplanation.Connection, number: Int, _ colours: Bool, _ columns: Int?
    ) -> [String] {
        let name = [connection.transport, connection.target].compactMap { $0 }.joined(separator: " ")
        let title =
            "connection \(number): \(connection.client) to \(connection.server), \(connection.carries.rawValue)"
            + (connection.inside.map { " with \($0.rawValue)" } ?? "")
        let counts = connection.counts
        var lines = ["", title + (name.isEmpty ? "" : ", \(name)")]
        lines.append(
            "  \(connection.packets.of("packet")) in \(seconds(connection.seconds)); "
                + "\(counts.requests.of("request")), \(counts.items.of("item")), \(counts.frames.of("frame"))")
        lines += table(connection.layers).map { "  " + $0 }
        lines += connection.faults.map { "  ! \($0)" }
        if !connection.messages.isEmpty {
            let text = Explanation(.frames, summary: "  last messages", parts: connection.messages)
            lines.append(ExplanationText.render(text, colours: colours, columns: columns))
        }
        return lines
    }

    private static func seconds(_ value: Double) -> String {
        let thousandths = Int64((value * 1_000).rounded())
        let fraction = "\(1_000 + thousandths % 1_000)".dropFirst()
        return "\(thousandths / 1_000).\(fraction) s"
    }

    private static func table(_ layers: [String: [String: Int64]]) -> [String] {
        LayerTable.lines(layers) { name, _ in name }
    }
}

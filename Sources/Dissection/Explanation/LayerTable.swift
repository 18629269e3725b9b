import WireAccounting

/// Bytes by direction and layer, without zeros.
package enum LayerTable {
    package static func of(_ ledger: ByteLedger) -> [String: [String: Int64]] {
        var table: [String: [String: Int64]] = [:]
        for entry in ledger.entries where entry.bytes != 0 {
            table[entry.direction.rawValue, default: [:]][entry.layer.rawValue] = entry.bytes
        }
        return table
    }

    /// The table as text.
    ///
    /// - Parameters:
    ///   - layers: Bytes by direction and layer.
    ///   - style: Colours the name of a layer.
    /// - Returns: A line per layer, below a title; none if there are no bytes.
    static func lines(_ layers: [String: [String: Int64]], style: (String, ByteLayer) -> String) -> [String] {
        let rows = ByteLayer.allCases.compactMap { layer -> String? in
            let (up, down) = (layers["up"]?[layer.rawValue] ?? 0, layers["down"]?[layer.rawValue] ?? 0)
            if up == 0, down == 0 { return nil }
            return row(layer.rawValue, "\(up)", "\(down)") { style($0, layer) }
        }
        return rows.isEmpty ? [] : [row("layer", "B up", "B down") { $0 }] + rows
    }

    private static func row(_ name: String, _ up: String, _ down: String, style: (String) -> String) -> String {
        let padding = String(repeating: " ", count: max(0, 18 - name.count))
        return style(name) + padding + [up, down].map { right($0, 12) }.joined()
    }

    private static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}

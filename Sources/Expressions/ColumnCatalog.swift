/// The columns that expressions may name, with their units.
package struct ColumnCatalog: Sendable {
    private let units: [String: Unit]

    /// - Parameter units: The unit of each column by its name; ``Unit/none`` for counts and ratios.
    package init(_ units: [String: Unit]) {
        self.units = units
    }

    /// In alphabetical order, for suggestions.
    var names: [String] { units.keys.sorted() }

    func unit(of name: String) -> Unit? { units[name] }
}

/// A column of a case: `latency_p99_us`, `websocket.latency_p99_us`, `websocket.up.http_head`.
package struct ColumnReference: Sendable, Hashable {
    /// A transport, a label, a case id or an alias; `nil` for the case that is being judged.
    package let subject: String?
    /// A column of `summary.csv`, or a direction and a layer of `layers.csv`: `up.http_head`.
    package let column: String

    /// As in an expression.
    package var text: String { subject.map { "\($0).\(column)" } ?? column }
}

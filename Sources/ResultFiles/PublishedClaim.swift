import Expressions

/// A claim of a publication about a quantity, as a scenario states it.
package struct PublishedClaim: Sendable, Equatable {
    package var id: String
    package var source: String
    package var statement: String
    /// The quantity in words.
    package var words: String
    package var quantity: Expression
    /// Which case each subject of the quantity names.
    package var binding: CaseBinding
    /// `B`, `ms`, `Mbit/s`; `nil` for counts and ratios.
    package var unit: String?
    /// The published range, widened by the tolerance, in ``unit``; `nil` for no bound.
    package var low: Double?
    package var high: Double?
    package var note: String?

    package init(
        id: String, source: String, statement: String, words: String, quantity: Expression, binding: CaseBinding,
        unit: String?, low: Double?, high: Double?, note: String?
    ) {
        (self.id, self.source, self.statement, self.words) = (id, source, statement, words)
        (self.quantity, self.binding, self.unit, self.low, self.high) = (quantity, binding, unit, low, high)
        self.note = note
    }

    /// A value in seconds and bytes as a number of ``unit``.
    package func inUnit(_ value: Double) -> Double {
        value / (unit.flatMap { Unit($0) } ?? .none).factor
    }
}

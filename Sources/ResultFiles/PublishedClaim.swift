import Expressions

/// A claim of a publication about a quantity, as a scenario states it.
package struct PublishedClaim: Sendable, Equatable {
    /// Where the numbers of a claim come from.
    package enum Origin: String, CaseIterable, Sendable {
        /// The publication states them.
        case published
        /// They follow from what the publication states.
        case derived
        /// The publication has no number; the bound is the scenario's.
        case chosen
    }

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
    /// The claimed range in ``unit``; `nil` for no bound.
    package var low: Double?
    package var high: Double?
    /// How far beyond a bound a value may be, as a share of the bound; 0 to 1.
    package var tolerance: Double
    package var origin: Origin
    package var note: String?
    /// Why the quantity is not that of the publication, so that no value decides the claim; `nil` if it is.
    package var notComparable: String?

    package init(
        id: String, source: String, statement: String, words: String, quantity: Expression, binding: CaseBinding,
        unit: String?, low: Double?, high: Double?, tolerance: Double = 0, origin: Origin = .published, note: String?,
        notComparable: String? = nil
    ) {
        (self.id, self.source, self.statement, self.words) = (id, source, statement, words)
        (self.quantity, self.binding, self.unit, self.low, self.high) = (quantity, binding, unit, low, high)
        (self.tolerance, self.origin, self.note, self.notComparable) = (tolerance, origin, note, notComparable)
    }

    /// The lowest value that still agrees; `nil` for no bound.
    package var lowest: Double? { low.map { $0 - abs($0) * tolerance } }

    /// The highest value that still agrees; `nil` for no bound.
    package var highest: Double? { high.map { $0 + abs($0) * tolerance } }

    /// A value in seconds and bytes as a number of ``unit``.
    package func inUnit(_ value: Double) -> Double {
        value / (unit.flatMap { Unit($0) } ?? .none).factor
    }
}

import Measurement

/// The value of an expression: one number, or one per repeat.
package enum RepeatedValue: Sendable, Equatable {
    case constant(Double)
    /// By the number of the repeat; never empty, all finite.
    case perRepeat([Int: Double])

    /// - Returns: `nil` without a finite value.
    init?(_ values: [Int: Double]) {
        let finite = values.filter { $0.value.isFinite }
        if finite.isEmpty { return nil }
        self = .perRepeat(finite)
    }

    /// In the order of the repeats.
    package var samples: [Double] {
        switch self {
        case .constant(let value): [value]
        case .perRepeat(let values): values.sorted { $0.key < $1.key }.map(\.value)
        }
    }

    /// The constant itself, or the middle of the repeats (mean of two for an even number).
    package var median: Double? { Quantile.median(of: samples) }

    /// The interval that contains the true median with at least 95 % probability.
    ///
    /// - Returns: `nil` for a constant and below 6 repeats.
    package var interval: ConfidenceInterval? {
        guard case .perRepeat = self else { return nil }
        return Quantile.medianInterval(of: samples)
    }

    func map(_ transform: (Double) -> Double) -> Self? {
        switch self {
        case .constant(let value): .constant(transform(value))
        case .perRepeat(let values): Self(values.mapValues(transform))
        }
    }

    /// Combines the values of the same repeat; a repeat that one side lacks is left out.
    func combined(with other: Self, _ combine: (Double, Double) -> Double?) -> Self? {
        switch (self, other) {
        case (.constant(let left), .constant(let right)): combine(left, right).map { .constant($0) }
        case (.constant(let left), .perRepeat(let right)): Self(right.compactMapValues { combine(left, $0) })
        case (.perRepeat(let left), .constant(let right)): Self(left.compactMapValues { combine($0, right) })
        case (.perRepeat(let left), .perRepeat(let right)):
            Self(
                left.reduce(into: [:]) { values, entry in
                    values[entry.key] = right[entry.key].flatMap { combine(entry.value, $0) }
                })
        }
    }

    /// - Returns: `nil` if the repeats are too few: fewer than 6 for `ci`.
    func reduced(by reduction: Reduction) -> Double? {
        switch reduction {
        case .median: median
        case .mean: samples.reduce(0, +) / Double(samples.count)
        case .min: samples.min()
        case .max: samples.max()
        case .ci: interval.flatMap { $0.estimate == 0 ? nil : ($0.high - $0.low) / 2 / abs($0.estimate) }
        }
    }
}

/// A value with the lowest and the highest that a formula allows.
package struct Bounded: Sendable, Equatable {
    /// The expected value.
    package let value: Double
    /// At most ``value``.
    package let low: Double
    /// At least ``value``.
    package let high: Double

    /// Ends on the wrong side of the value are moved to it.
    package init(_ value: Double, low: Double, high: Double) {
        self.value = value
        self.low = min(low, value)
        self.high = max(high, value)
    }

    /// A value without doubt.
    package init(_ exact: Double) {
        self.init(exact, low: exact, high: exact)
    }

    /// Whether both ends are the value.
    package var isExact: Bool { low == high }

    /// For a formula that does not fall where its argument grows.
    func map(_ transform: (Double) -> Double) -> Self {
        Self(transform(value), low: transform(low), high: transform(high))
    }

    /// For any formula: the extremes over evenly spaced arguments of the range.
    func sampled(_ transform: (Double) -> Double) -> Self {
        let values = samples.map(transform)
        return Self(transform(value), low: values.min() ?? 0, high: values.max() ?? 0)
    }

    /// ``sampled(_:)`` for a formula that does not always hold.
    ///
    /// - Returns: `nil` if it does not hold at the value itself.
    func sampledIfAny(_ transform: (Double) -> Double?) -> Self? {
        guard let own = transform(value) else { return nil }
        let values = samples.compactMap(transform)
        return Self(own, low: values.min() ?? own, high: values.max() ?? own)
    }

    private var samples: [Double] {
        let steps = 32
        return isExact ? [value] : (0...steps).map { low + (high - low) * Double($0) / Double(steps) }
    }

    static func + (left: Self, right: Self) -> Self {
        Self(left.value + right.value, low: left.low + right.low, high: left.high + right.high)
    }

    static func * (left: Self, right: Double) -> Self {
        Self(left.value * right, low: left.low * right, high: left.high * right)
    }
}

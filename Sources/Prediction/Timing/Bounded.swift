/// A value with the lowest and the highest that a formula allows.
package struct Bounded: Sendable, Equatable {
    package let value: Double
    package let low: Double
    package let high: Double

    package init(_ value: Double, low: Double, high: Double) {
        self.value = value
        self.low = min(low, value)
        self.high = max(high, value)
    }

    package init(_ exact: Double) {
        self.init(exact, low: exact, high: exact)
    }

    package var isExact: Bool { low == high }

    /// For a formula that does not fall where its argument grows.
    func map(_ transform: (Double) -> Double) -> Self {
        Self(transform(value), low: transform(low), high: transform(high))
    }

    static func + (left: Self, right: Self) -> Self {
        Self(left.value + right.value, low: left.low + right.low, high: left.high + right.high)
    }

    static func * (left: Self, right: Double) -> Self {
        Self(left.value * right, low: left.low * right, high: left.high * right)
    }
}

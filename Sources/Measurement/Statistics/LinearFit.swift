/// A straight line through measured points, by least squares, and how far it may be off.
///
/// The interval of the line at x is a + b x ± t s √(1/n + (x − m)²/S). Here m is the mean of all x, S the sum of
/// (x − m)², and s² the mean square of the residuals with n − 2 degrees of freedom (Montgomery, Peck and Vining 2012,
/// §2.4). It assumes that the truth is a line; beyond the measured points nothing shows that.
package struct LinearFit: Sendable, Hashable {
    package let intercept: Double
    package let slope: Double
    private let count: Int
    private let meanX: Double
    private let spread: Double
    private let residualVariance: Double

    /// Values of x that a line needs at least; two points show no error.
    package static let leastDistinct = 3

    /// The result is `nil` with fewer than ``leastDistinct`` values of x.
    ///
    /// - Parameter points: Finite, in any order.
    package init?(_ points: [(x: Double, y: Double)]) {
        guard Set(points.map(\.x)).count >= Self.leastDistinct else { return nil }
        let size = Double(points.count)
        let meanX = points.reduce(0) { $0 + $1.x } / size
        let meanY = points.reduce(0) { $0 + $1.y } / size
        let spread = points.reduce(0) { $0 + ($1.x - meanX) * ($1.x - meanX) }
        let product = points.reduce(0) { $0 + ($1.x - meanX) * ($1.y - meanY) }
        let slope = product / spread
        let intercept = meanY - slope * meanX
        let squares = points.reduce(0.0) { sum, point in
            let residual = point.y - intercept - slope * point.x
            return sum + residual * residual
        }
        (self.slope, self.intercept, self.meanX, self.spread) = (slope, intercept, meanX, spread)
        count = points.count
        residualVariance = squares / (size - 2)
    }

    package func value(at x: Double) -> Double { intercept + slope * x }

    /// The 95 % interval of the line at x.
    package func interval(at x: Double) -> ConfidenceInterval {
        let variance = residualVariance * (1 / Double(count) + (x - meanX) * (x - meanX) / spread)
        let reach = StudentT.quantile(degreesOfFreedom: count - 2) * variance.squareRoot()
        let estimate = value(at: x)
        return ConfidenceInterval(estimate: estimate, low: estimate - reach, high: estimate + reach, confidence: 0.95)
    }
}

/// Student's t distribution (NIST/SEMATECH e-Handbook of Statistical Methods, §1.3.6.7.2).
enum StudentT {
    // By degrees of freedom from 1 on.
    private static let table = [
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120,
        2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
    ]
    private static let further = [(40, 2.042), (60, 2.021), (120, 2.000), (Int.max, 1.980)]

    /// The t that a value exceeds in either direction with 5 % probability; between the table's rows the larger one.
    static func quantile(degreesOfFreedom degrees: Int) -> Double {
        precondition(degrees > 0, "an interval needs at least one degree of freedom")
        if degrees <= table.count { return table[degrees - 1] }
        return further.first { degrees < $0.0 }?.1 ?? 1.980
    }
}

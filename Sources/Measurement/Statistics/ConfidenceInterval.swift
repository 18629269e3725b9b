/// An estimate and the range that contains the true value with a given confidence.
package struct ConfidenceInterval: Sendable, Hashable, Codable {
    package var estimate: Double
    package var low: Double
    package var high: Double
    /// The confidence reached, 0 to 1. It may exceed the requested one, because distribution-free intervals have steps.
    var confidence: Double

    package func contains(_ value: Double) -> Bool { low <= value && value <= high }

    /// The same estimate with this much more doubt on both sides.
    package func widened(by reach: Double) -> Self {
        ConfidenceInterval(estimate: estimate, low: low - reach, high: high + reach, confidence: confidence)
    }
}

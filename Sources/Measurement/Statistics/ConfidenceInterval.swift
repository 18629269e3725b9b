#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// An estimate and the range that contains the true value with a given confidence.
package struct ConfidenceInterval: Sendable, Hashable, Codable {
    package var estimate: Double
    package var low: Double
    package var high: Double
    /// The confidence reached, 0 to 1. It may exceed the requested one, because distribution-free intervals have steps.
    var confidence: Double

    /// Of a logarithm: the estimate and the range of the quantity itself.
    var exponential: Self {
        ConfidenceInterval(estimate: exp(estimate), low: exp(low), high: exp(high), confidence: confidence)
    }

    func contains(_ value: Double) -> Bool { low <= value && value <= high }
}

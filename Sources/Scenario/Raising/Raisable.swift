import Measurement

/// A quantity as a plain number in one unit.
protocol Raisable: Quantity {
    /// As result files name it; `nil` for counts.
    static var resultUnit: String? { get }
    static var isWhole: Bool { get }
    var magnitudeInUnit: Double { get }
    /// The nearest value.
    init(magnitudeInUnit: Double)
}

extension Int: Raisable {
    static var resultUnit: String? { nil }
    static var isWhole: Bool { true }
    var magnitudeInUnit: Double { Double(self) }
    init(magnitudeInUnit: Double) { self = Int(magnitudeInUnit.rounded()) }
}

extension Double: Raisable {
    static var resultUnit: String? { nil }
    static var isWhole: Bool { false }
    var magnitudeInUnit: Double { self }
    init(magnitudeInUnit: Double) { self = magnitudeInUnit }
}

extension ItemRate: Raisable {
    static var resultUnit: String? { "1/s" }
    static var isWhole: Bool { false }
    var magnitudeInUnit: Double { perSecond }

    // In items per million seconds, so that its text has at most six decimals.
    init(magnitudeInUnit: Double) {
        self.init(items: max(1, Int64((magnitudeInUnit * 1e6).rounded())), per: .seconds(1_000_000))
    }
}

extension ByteCount: Raisable {
    static var resultUnit: String? { "bytes" }
    static var isWhole: Bool { true }
    var magnitudeInUnit: Double { Double(bytes) }
    init(magnitudeInUnit: Double) { self.init(bytes: Int(max(0, magnitudeInUnit).rounded())) }
}

extension Duration: Raisable {
    static var resultUnit: String? { "s" }
    static var isWhole: Bool { false }
    var magnitudeInUnit: Double { seconds }
    init(magnitudeInUnit: Double) { self = .nanoseconds(Int64((magnitudeInUnit * 1e9).rounded())) }
}

extension BitRate: Raisable {
    static var resultUnit: String? { "bit/s" }
    static var isWhole: Bool { true }
    var magnitudeInUnit: Double { Double(bitsPerSecond) }
    init(magnitudeInUnit: Double) { self.init(bitsPerSecond: Int64(max(0, magnitudeInUnit).rounded())) }
}

extension Percentage: Raisable {
    static var resultUnit: String? { "%" }
    static var isWhole: Bool { false }
    var magnitudeInUnit: Double { fraction * 100 }
    init(magnitudeInUnit: Double) { self.init(partsPerBillion: Int64((magnitudeInUnit * 1e7).rounded())) }
}

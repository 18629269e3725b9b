import Measurement

/// How long each segment travels: the delay with its jitter, never below 0.
struct JitterSource: Sendable {
    private let delayNanoseconds: Int64
    private let jitterNanoseconds: Double
    private let distribution: JitterDistribution
    private var generator: SeededGenerator

    init(_ settings: LinkDirectionSettings, _ generator: SeededGenerator) {
        delayNanoseconds = settings.delay.nanoseconds
        jitterNanoseconds = Double(settings.jitter.nanoseconds)
        distribution = settings.jitterDistribution
        self.generator = generator
    }

    mutating func transitNanoseconds() -> Int64 {
        guard jitterNanoseconds > 0 else { return delayNanoseconds }
        let factor =
            switch distribution {
            case .uniform: 2 * generator.uniform() - 1
            case .normal: generator.normal()
            case .exponential: generator.exponential(mean: 1)
            }
        return max(0, delayNanoseconds + Int64((factor * jitterNanoseconds).rounded()))
    }
}

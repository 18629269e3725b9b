import Foundation
import Measurement
import Testing
import WireAccounting

@testable import Link

@Suite("Jitter")
struct JitterTests {
    /// Delays in ms of items that are far apart: delay 100 ms, jitter 10 ms.
    private static func samples(_ distribution: JitterDistribution, seed: UInt64, count: Int = 4_000) -> [Double] {
        var connection = SimulatedConnection(
            both: LinkDirectionSettings(
                delay: .milliseconds(100), jitter: .milliseconds(10), jitterDistribution: distribution), seed: seed)
        for item in 1...count { connection.send(100, .up, at: .seconds(item)) }
        connection.run(until: .seconds(count + 1))
        return zip(connection.up, 1...count).map { ($0.at - .seconds($1)).seconds * 1e3 }
    }

    /// The largest distance between the samples' distribution and the expected one (Kolmogorov and Smirnov).
    private static func distance(_ samples: [Double], _ probability: (Double) -> Double) -> Double {
        let count = Double(samples.count)
        return samples.sorted().enumerated().map { index, value in
            let expected = probability(value)
            return max(abs(Double(index) / count - expected), abs(Double(index + 1) / count - expected))
        }.max() ?? 1
    }

    private static func probability(of distribution: JitterDistribution) -> (Double) -> Double {
        switch distribution {
        case .uniform: { min(max(($0 - 90) / 20, 0), 1) }
        case .normal: { 0.5 * erfc((100 - $0) / 10 / 2.0.squareRoot()) }
        case .exponential: { $0 < 100 ? 0 : 1 - exp((100 - $0) / 10) }
        }
    }

    @Test("delays have the named distribution", arguments: JitterDistribution.allCases, [1, 2])
    func distributions(_ distribution: JitterDistribution, seed: UInt64) {
        let samples = Self.samples(distribution, seed: seed)
        #expect(samples.count == 4_000)
        // Probability 0.1 % for a distance above 1.95 / √n.
        #expect(Self.distance(samples, Self.probability(of: distribution)) < 1.95 / 4_000.0.squareRoot())
    }

    @Test("quantiles of each distribution")
    func quantiles() {
        // 5 %, 50 %, 95 % in ms.
        let expected: [JitterDistribution: [Double]] = [
            .uniform: [91, 100, 109], .normal: [83.55, 100, 116.45], .exponential: [100.51, 106.93, 129.96],
        ]
        for (distribution, quantiles) in expected {
            let sorted = Self.samples(distribution, seed: 7).sorted()
            for (probability, quantile) in zip([0.05, 0.5, 0.95], quantiles) {
                #expect(abs(sorted[Int(probability * 4_000)] - quantile) < 1.6)
            }
        }
    }

    @Test("the order stays: nothing arrives before what was sent before it", arguments: JitterDistribution.allCases)
    func order(_ distribution: JitterDistribution) {
        var connection = SimulatedConnection(
            both: LinkDirectionSettings(
                delay: .milliseconds(20), jitter: .milliseconds(15), jitterDistribution: distribution))
        for item in 0..<5_000 { connection.send(3, .down, at: .seconds(1) + .milliseconds(1) * item) }
        connection.run()
        #expect(connection.downBytes == 15_000)
        #expect(zip(connection.down, connection.down.dropFirst()).allSatisfy { $0.at < $1.at })
        // Jitter larger than the interval makes items arrive together.
        #expect(connection.down.count < 3_000)
    }

    @Test("jitter above the delay never makes a delay negative")
    func negative() {
        var connection = SimulatedConnection(
            both: LinkDirectionSettings(delay: .milliseconds(1), jitter: .milliseconds(10)))
        for item in 1...1_000 { connection.send(100, .up, at: .seconds(item)) }
        connection.run()
        let delays = zip(connection.up, 1...1_000).map { $0.at - .seconds($1) }
        #expect(delays.allSatisfy { $0 >= .zero })
        // Uniform from -9 ms to 11 ms: 45 % are below 0.
        #expect((400...500).contains(delays.filter { $0 == .zero }.count))
    }
}

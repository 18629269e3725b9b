import Measurement
import Testing
import WireAccounting

@testable import Link

@Suite("Loss: retransmission timeouts of RFC 6298")
struct LossTests {
    private static func connection(loss: Double, delay: Duration, seed: UInt64 = 1) -> SimulatedConnection {
        SimulatedConnection(both: LinkDirectionSettings(delay: delay, loss: loss), seed: seed)
    }

    /// The additional delays of items that are far apart.
    private static func delays(loss: Double, delay: Duration, count: Int, seed: UInt64) -> [Duration] {
        var connection = connection(loss: loss, delay: delay, seed: seed)
        let interval = Duration.seconds(100_000)
        for item in 1...count { connection.send(100, .down, at: interval * item) }
        connection.run(until: interval * (count + 1))
        return zip(connection.down, 1...count).map { $0.at - interval * $1 - delay }
    }

    @Test("1 % of 10,000 segments: the number of stalls is in the 99 % interval of the binomial law")
    func binomial() {
        // 100 ± 2.576 × √(10,000 × 0.01 × 0.99)
        let stalls = Self.delays(loss: 0.01, delay: .milliseconds(20), count: 10_000, seed: 1).filter { $0 > .zero }
        #expect((75...125).contains(stalls.count))
    }

    @Test("over 200 seeds, the number of losses is in this interval 99 % of the time")
    func seeds() {
        let counts = (1...200).map { seed in
            var loss = SegmentLoss(probability: 0.01, roundTrip: .zero, SeededGenerator(seed: UInt64(seed)))
            return (0..<10_000).reduce(0) { sum, _ in sum + min(loss.losses().count, 1) }
        }
        let outside = counts.filter { !(75...125).contains($0) }.count
        // Binomial with 200 × 0.01: more than 7 has a probability of 0.1 %.
        #expect(outside <= 7)
        let mean = Double(counts.reduce(0, +)) / 200
        #expect(abs(mean - 100) < 2.576 * 9.95 / 200.0.squareRoot())
    }

    @Test("stalls are counted as lost segments")
    func counts() {
        var connection = Self.connection(loss: 0.3, delay: .milliseconds(10))
        for item in 1...1_000 { connection.send(100, .up, at: .seconds(900) * item) }
        connection.run()
        let stalls = zip(connection.up, 1...1_000).filter { $0.at > .seconds(900) * $1 + .milliseconds(10) }
        let counts = connection.model.counts(.up)
        #expect(counts.segments == 1_000)
        #expect(counts.lostSegments == stalls.count)
        #expect(counts.losses > counts.lostSegments)
        #expect(connection.model.counts(.down) == LinkCounts())
    }

    @Test(
        "a loss costs max(200 ms, 2 RTT), doubled for each further loss",
        arguments: [
            (Duration.milliseconds(10), Duration.milliseconds(200)),
            (Duration.milliseconds(50), Duration.milliseconds(200)),
            (Duration.milliseconds(150), Duration.milliseconds(600)),
        ])
    func doubling(delay: Duration, timeout: Duration) {
        let delays = Self.delays(loss: 0.5, delay: delay, count: 4_000, seed: 3)
        for losses in 0...5 {
            // timeout × (2^n - 1), with probability 2^-(n+1)
            let expected = timeout * ((1 << losses) - 1)
            let found = delays.filter { $0 == expected }.count
            let mean = 4_000.0 / Double(2 << losses)
            #expect(abs(Double(found) - mean) < 4 * mean.squareRoot())
        }
    }

    @Test("the timeout is at most 120 s, and after 15 losses a segment arrives")
    func limits() {
        var loss = SegmentLoss(probability: 1, roundTrip: .seconds(1), SeededGenerator(seed: 1))
        let (count, delay) = loss.losses()
        #expect(count == 15)
        // 2, 4, 8, 16, 32, 64 s, then nine of 120 s.
        #expect(delay == Duration.seconds(126 + 9 * 120).nanoseconds)
    }

    @Test("later segments wait behind a lost one")
    func order() throws {
        var connection = Self.connection(loss: 0.1, delay: .milliseconds(10), seed: 4)
        for item in 0..<2_000 { connection.send(1, .down, at: .seconds(1) + .milliseconds(5) * item) }
        connection.run()
        #expect(connection.downBytes == 2_000)
        #expect(zip(connection.down, connection.down.dropFirst()).allSatisfy { $0.at < $1.at })
        // What came while the hole was open arrives together with the lost segment.
        let largest = try #require(connection.down.map(\.bytes).max())
        #expect(largest >= 40)
    }
}

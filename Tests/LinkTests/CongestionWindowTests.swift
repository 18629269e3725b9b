import Measurement
import Testing
import WireAccounting

@testable import Link

@Suite("Congestion window: RFC 5681, RFC 6928, RFC 7661")
struct CongestionWindowTests {
    typealias Arrival = SimulatedConnection.Arrival

    private static let delay = LinkDirectionSettings(delay: .milliseconds(50), queueBytes: 1 << 20)

    @Test("100 kB over a round trip of 100 ms arrive in 10, 20 and 40 segments")
    func slowStart() {
        // 70 segments; the last has 88 B: 100,000 - 69 × 1,448.
        var connection = SimulatedConnection(both: Self.delay, slowStart: true)
        connection.send(100_000, .down, at: .seconds(1))
        connection.run()
        #expect(
            connection.down == [
                Arrival(.milliseconds(1_050), 14_480), Arrival(.milliseconds(1_150), 28_960),
                Arrival(.milliseconds(1_250), 56_560),
            ])
        #expect(connection.model.counts(.down).segments == 70)
    }

    @Test("without slow start, 100 kB arrive at once")
    func off() {
        var connection = SimulatedConnection(both: Self.delay)
        connection.send(100_000, .down, at: .seconds(1))
        connection.run()
        #expect(connection.down == [Arrival(.milliseconds(1_050), 100_000)])
    }

    @Test("after silence above the retransmission timeout of 200 ms, the window is 10 segments again")
    func idleRestart() {
        var connection = SimulatedConnection(both: Self.delay, slowStart: true)
        connection.send(100_000, .down, at: .seconds(1))
        // The last bytes were sent at 1.2 s.
        connection.send(100_000, .down, at: .microseconds(1_400_001))
        connection.run()
        #expect(
            connection.down.dropFirst(3) == [
                Arrival(.microseconds(1_450_001), 14_480), Arrival(.microseconds(1_550_001), 28_960),
                Arrival(.microseconds(1_650_001), 56_560),
            ])
    }

    @Test("after a shorter pause, the window stays as large as it was used")
    func shortPause() {
        var connection = SimulatedConnection(both: Self.delay, slowStart: true)
        connection.send(100_000, .down, at: .seconds(1))
        connection.send(100_000, .down, at: .milliseconds(1_400))
        connection.run()
        // The acknowledgements of the last 40 segments find 40, 39, … in flight; 14 of them find half of the window.
        #expect(
            connection.down.dropFirst(3) == [
                Arrival(.milliseconds(1_450), 54 * 1_448), Arrival(.milliseconds(1_550), 100_000 - 54 * 1_448),
            ])
    }

    @Test("a window that is not used does not grow")
    func slowFeed() {
        var connection = SimulatedConnection(both: Self.delay, slowStart: true)
        for item in 0..<100 { connection.send(128, .down, at: .seconds(1) + .milliseconds(50) * item) }
        connection.send(100_000, .down, at: .seconds(6))
        connection.run()
        // The last item is not acknowledged yet, so 9 of the 10 segments are free.
        #expect(connection.down.dropFirst(100).first == Arrival(.milliseconds(6_050), 9 * 1_448))
    }

    @Test("a timeout sets the threshold to half the flight and the window to one segment")
    func timeout() {
        var window = CongestionWindow(slowStart: true)
        for _ in 0..<10 { window.acknowledged(inFlight: 20) }
        #expect(window.segments == 20)
        window.timedOut(inFlight: 20)
        #expect(window.segments == 1)
        // Slow start up to 10, then one segment per round trip.
        for _ in 0..<9 { window.acknowledged(inFlight: 10) }
        #expect(window.segments == 10)
        for _ in 0..<9 { window.acknowledged(inFlight: 10) }
        #expect(window.segments == 10)
        window.acknowledged(inFlight: 10)
        #expect(window.segments == 11)
        for _ in 0..<11 { window.acknowledged(inFlight: 11) }
        #expect(window.segments == 12)
    }

    @Test("the threshold is at least two segments")
    func smallestThreshold() {
        var window = CongestionWindow(slowStart: true)
        window.timedOut(inFlight: 1)
        window.acknowledged(inFlight: 1)
        #expect(window.segments == 2)
        window.acknowledged(inFlight: 2)
        #expect(window.segments == 2)
        window.acknowledged(inFlight: 2)
        #expect(window.segments == 3)
    }

    @Test("losses make a transfer slower than the delay alone, and lose no byte", arguments: [1, 2, 3, 4, 5])
    func losses(seed: UInt64) throws {
        var direction = Self.delay
        direction.loss = 0.02
        var connection = SimulatedConnection(both: direction, slowStart: true, seed: seed)
        connection.pour(1 << 20, .down, from: .seconds(1))
        connection.run()
        #expect(connection.downBytes == 1 << 20)
        let end = try #require(connection.down.last).at - .seconds(1)
        // 725 segments in slow start take 7 round trips; each recovery costs 200 ms and begins with one segment.
        #expect(end > .milliseconds(1_500))
        #expect(end < .seconds(30))
    }
}

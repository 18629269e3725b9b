import Measurement
import Testing

@Suite("How far another host's clock is ahead")
struct ClockEstimateTests {
    @Test("with equal ways, offset and drift are found to some nanoseconds")
    func equalWays() throws {
        let network = SimulatedExchanges(ahead: 5_000_000, drift: 50e-6, seed: 1, isEven: true)
        let estimate = try #require(network.estimate(seconds: 10))
        for second in [0.0, 5, 10] {
            let instant = network.own(at: second)
            #expect((estimate.line.ahead(at: instant) - network.truth(at: instant)).magnitude <= 20)
        }
        #expect(abs(estimate.line.drift - 50e-6) < 0.01e-6)
    }

    @Test("5 ms and 50 ppm are recovered within the bound, which is about half the quickest round trip")
    func recovered() throws {
        for seed in 0..<100 as Range<UInt64> {
            let network = SimulatedExchanges(ahead: 5_000_000, drift: 50e-6, seed: seed)
            let estimate = try #require(network.estimate(seconds: 10))
            let (start, end) = (network.own(at: 0), network.own(at: 10))
            let bound = estimate.bound(from: start, to: end)
            for second in [0.0, 2.5, 5, 7.5, 10] {
                let instant = network.own(at: second)
                let error = (estimate.line.ahead(at: instant) - network.truth(at: instant)).magnitude
                #expect(Int64(error) <= bound.nanoseconds)
            }
            #expect(bound >= estimate.quickest / 2)
            #expect(bound <= estimate.quickest * 3)
        }
    }

    /// The bound is a promise, so no seed may break it.
    @Test("the true offset is within the bound for 10,000 seeds with random, unequal ways")
    func bound() throws {
        var broken: [UInt64] = []
        for seed in 0..<10_000 as Range<UInt64> {
            var random = SeededGenerator(seed: seed, stream: 1)
            let ahead = Int64(random.uniform(below: 2_000_000_000_000_000)) - 1_000_000_000_000_000
            let drift = (random.uniform() - 0.5) * 400e-6
            let seconds = 1 + 20 * random.uniform()
            let network = SimulatedExchanges(ahead: ahead, drift: drift, seed: seed)
            let estimate = try #require(network.estimate(seconds: seconds))
            let bound = estimate.bound(from: network.own(at: 0), to: network.own(at: seconds))
            let isKept = [0, 0.3, 0.7, 1].allSatisfy { share in
                let instant = network.own(at: seconds * share)
                let error = (estimate.line.ahead(at: instant) - network.truth(at: instant)).magnitude
                return Int64(error) <= bound.nanoseconds
            }
            if !isKept { broken.append(seed) }
        }
        #expect(broken == [])
    }

    @Test("the bound also holds where nothing was exchanged: after the last exchange, and with one exchange")
    func beyond() throws {
        for seed in 0..<1_000 as Range<UInt64> {
            let network = SimulatedExchanges(ahead: -7_000_000, drift: 100e-6, seed: seed)
            let times = [network.own(at: 0), network.own(at: 30)]
            for estimate in [
                try #require(ClockEstimate(before: network.exchanges(from: 0, count: 20, apart: 0.002))),
                try #require(
                    ClockEstimate(
                        before: network.exchanges(from: 0, count: 20, apart: 0.002),
                        during: network.exchanges(from: 0.1, count: 50, apart: 0.1))),
            ] {
                for instant in times {
                    let bound = estimate.bound(from: times[0], to: times[1])
                    let error = (estimate.line.ahead(at: instant) - network.truth(at: instant)).magnitude
                    #expect(Int64(error) <= bound.nanoseconds, "seed \(seed)")
                }
            }
        }
    }

    @Test("a clock that is set within the run is noticed: the bound is larger than the step's error")
    func step() throws {
        let first = SimulatedExchanges(ahead: 0, drift: 0, seed: 3)
        let later = SimulatedExchanges(ahead: 3_000_000, drift: 0, seed: 4)
        let estimate = try #require(
            ClockEstimate(
                before: first.exchanges(from: 0, count: 20, apart: 0.002),
                during: first.exchanges(from: 0.1, count: 50, apart: 0.1)
                    + later.exchanges(from: 5.1, count: 50, apart: 0.1),
                after: later.exchanges(from: 10.1, count: 20, apart: 0.002)))
        #expect(estimate.bound(from: first.own(at: 0), to: first.own(at: 10)) > .microseconds(500))
    }

    @Test("without an exchange there is no estimate")
    func none() {
        #expect(ClockEstimate(before: []) == nil)
    }

    @Test("instants out of order, or too large to compare, are no exchange")
    func refused() {
        func exchange(_ sent: Int64, _ server: Int64, _ received: Int64) -> ClockExchange? {
            ClockExchange(
                sent: MonotonicInstant(nanoseconds: sent), server: MonotonicInstant(nanoseconds: server),
                received: MonotonicInstant(nanoseconds: received))
        }
        #expect(exchange(5, 0, 4) == nil)
        #expect(exchange(0, .max, 1) == nil)
        #expect(exchange(.min, 0, 1) == nil)
        #expect(exchange(4, 0, 5)?.roundTrip == .nanoseconds(1))
    }
}

/// Exchanges with a clock that is ahead and drifts, through a network with random delays.
private struct SimulatedExchanges {
    let ahead: Int64
    let drift: Double
    let seed: UInt64
    /// Whether both ways take equally long.
    var isEven = false

    // Own clock at second 0: some days after the boot.
    private static let origin: Int64 = 400_000_000_000_123

    func own(at second: Double) -> MonotonicInstant {
        MonotonicInstant(nanoseconds: Self.origin + Int64(second * 1e9))
    }

    func truth(at instant: MonotonicInstant) -> Int64 {
        ahead + Int64((Double(instant.nanoseconds - Self.origin) * drift).rounded())
    }

    /// As a run makes them: 20 before, one per 100 ms, 20 after.
    func estimate(seconds: Double) -> ClockEstimate? {
        ClockEstimate(
            before: exchanges(from: -0.1, count: 20, apart: 0.002),
            during: exchanges(from: 0, count: Int(seconds * 10), apart: 0.1),
            after: exchanges(from: seconds + 0.1, count: 20, apart: 0.002))
    }

    func exchanges(from second: Double, count: Int, apart: Double) -> [ClockExchange] {
        var random = SeededGenerator(seed: seed, stream: UInt64(bitPattern: Int64(second * 1_000)))
        // The shortest ways differ too, as with different routes.
        var routes = SeededGenerator(seed: seed, stream: 2)
        let least = [20_000 + 200_000 * routes.uniform(), 20_000 + 200_000 * routes.uniform()]
        return (0..<count).compactMap { index in
            let sent = own(at: second + Double(index) * apart)
            var ways = least.map { $0 + random.exponential(mean: 100_000) }
            if isEven { ways[1] = ways[0] }
            let read = sent + .nanoseconds(Int64(ways[0]))
            return ClockExchange(
                sent: sent, server: read + .nanoseconds(truth(at: read)), received: read + .nanoseconds(Int64(ways[1])))
        }
    }
}

import Testing

@testable import Measurement

@Suite("Age of the newest value")
struct StalenessMeterTests {
    func at(_ seconds: Int64) -> MonotonicInstant { MonotonicInstant(nanoseconds: seconds * 1_000_000_000) }

    @Test("a sawtooth from 0 to 10 s has a mean age of 5 s")
    func sawTooth() {
        var meter = StalenessMeter(from: at(0), until: at(30))
        for second in stride(from: 0, to: 30, by: 10) as StrideTo<Int64> {
            meter.valueReceived(at: at(second), due: at(second))
        }
        #expect(meter.totalsAtEnd().meanMicroseconds == 5e6)
    }

    @Test("a latency of 2 s raises the mean by 2 s")
    func latency() {
        var meter = StalenessMeter(from: at(2), until: at(22))
        meter.valueReceived(at: at(2), due: at(0))
        meter.valueReceived(at: at(12), due: at(10))
        #expect(meter.totalsAtEnd().meanMicroseconds == 7e6)
    }

    @Test("a value received before the window counts from the start of the window")
    func heldBefore() {
        var meter = StalenessMeter(from: at(10), until: at(12))
        meter.valueReceived(at: at(5), due: at(5))
        #expect(meter.totalsAtEnd().meanMicroseconds == 6e6)
        #expect(meter.totalsAtEnd().coveredSeconds == 2)
    }

    @Test("time without a value is counted separately")
    func empty() {
        var meter = StalenessMeter(from: at(0), until: at(10))
        #expect(meter.totalsAtEnd().meanMicroseconds == nil)
        #expect(meter.totalsAtEnd().emptySeconds == 10)
        meter.valueReceived(at: at(6), due: at(6))
        #expect(meter.totalsAtEnd().emptySeconds == 6)
        #expect(meter.totalsAtEnd().meanMicroseconds == 2e6)
    }

    @Test("an older value and a value after the window change nothing")
    func irrelevant() {
        var meter = StalenessMeter(from: at(0), until: at(10))
        meter.valueReceived(at: at(0), due: at(0))
        let before = meter.totalsAtEnd()
        meter.valueReceived(at: at(5), due: at(-3))
        meter.valueReceived(at: at(11), due: at(11))
        #expect(meter.totalsAtEnd() == before)
    }

    @Test("merged clients are weighted by time")
    func merging() {
        var short = StalenessMeter(from: at(0), until: at(2))
        short.valueReceived(at: at(0), due: at(0))
        var long = StalenessMeter(from: at(0), until: at(4))
        long.valueReceived(at: at(0), due: at(0))
        var fleet = short.totalsAtEnd()
        fleet.merge(long.totalsAtEnd())
        #expect(fleet.ageIntegral == 10)
        #expect(fleet.coveredSeconds == 6)
    }
}

@Suite("Age of the newest value, in closed form")
struct StalenessClosedFormTests {
    private let period = Duration.milliseconds(100)

    @Test("push with period T and latency L: T/2 + L", arguments: [0, 1, 30, 99, 250])
    func push(delayMilliseconds: Int) throws {
        let delay = Duration.milliseconds(delayMilliseconds)
        var meter = StalenessMeter(from: at(.seconds(1)), until: at(.seconds(11)))
        for item in 0..<110 {
            meter.valueReceived(at: at(period * item + delay), due: at(period * item))
        }
        let mean = try #require(meter.totalsAtEnd().meanMicroseconds)
        #expect(abs(mean - (50_000 + Double(delayMilliseconds) * 1_000)) < 1e-3)
    }

    @Test("polls with interval I, a multiple of T, at uniform phases: T/2 + I/2", arguments: [1, 2, 10])
    func poll(periodsPerPoll: Int) throws {
        let interval = period * periodsPerPoll
        var fleet = StalenessTotals()
        // The middles of a hundred equal parts of a period: their mean is exactly half a period.
        for client in 0..<100 {
            var meter = StalenessMeter(from: at(.seconds(2)), until: at(.seconds(12)))
            let phase = Duration.microseconds(1_000 * client + 500)
            for poll in 0..<(130 / periodsPerPoll) {
                let due = interval * poll
                meter.valueReceived(at: at(due + phase), due: at(due))
            }
            fleet.merge(meter.totalsAtEnd())
        }
        let mean = try #require(fleet.meanMicroseconds)
        #expect(abs(mean - (50_000 + Double(periodsPerPoll) * 50_000)) < 1)
    }

    private func at(_ offset: Duration) -> MonotonicInstant { MonotonicInstant(nanoseconds: 0) + offset }
}

import Measurement
import Testing

@testable import Feed

@Suite("Due times of the arrival processes")
struct ArrivalTimesTests {
    @Test("constant: one item per period, the first one period after the epoch")
    func constant() {
        #expect(dues(4, .constant, period: .milliseconds(10)) == [10_000_000, 20_000_000, 30_000_000, 40_000_000])
    }

    @Test("constant: a period with a fraction of a nanosecond does not drift")
    func noDrift() throws {
        let period = ItemRate(items: 3, per: .seconds(1)).period
        let last = try #require(dues(300_000, .constant, period: period).last)
        #expect(last == 100_000_000_000_000)
    }

    @Test("bursty: a burst shares one instant, and the mean rate is the constant feed's", arguments: [1, 2, 10, 37])
    func bursty(itemsPerBurst: Int) {
        let all = dues(itemsPerBurst * 5, .bursty, period: .milliseconds(2), itemsPerBurst: itemsPerBurst)
        let expected = (1...5).flatMap { burst in
            Array(repeating: Int64(burst * itemsPerBurst) * 2_000_000, count: itemsPerBurst)
        }
        #expect(all == expected)
    }

    @Test("Poisson: mean and standard deviation of the gaps equal the period", arguments: [1, 2, 3, 4] as [UInt64])
    func poissonMoments(seed: UInt64) {
        let mean = 5_000_000.0
        let gaps = gaps(20_000, seed: seed)
        let average = gaps.reduce(0, +) / Double(gaps.count)
        let squares = gaps.map { ($0 - average) * ($0 - average) }
        let variance = squares.reduce(0, +) / Double(gaps.count - 1)
        // Four standard errors: 1/√n of the mean, √8/√n of an exponential's variance.
        #expect(abs(average / mean - 1) < 4 / 20_000.0.squareRoot())
        let error = (8 / 20_000.0).squareRoot()
        #expect(abs(variance / (mean * mean) - 1) < 4 * error)
    }

    @Test("Poisson: gaps are exponential, so 1/e of them exceed the mean")
    func poissonTail() {
        let gaps = gaps(20_000, seed: 6)
        let above = Double(gaps.count { $0 > 5_000_000 }) / Double(gaps.count)
        #expect(abs(above - 0.3679) < 0.014)
    }

    @Test("due times never decrease", arguments: ArrivalProcess.allCases)
    func monotonic(process: ArrivalProcess) {
        let all = dues(5_000, process, period: .microseconds(10))
        #expect(zip(all, all.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(all.allSatisfy { $0 >= 0 })
    }

    private func gaps(_ count: Int, seed: UInt64) -> [Double] {
        let all = dues(count, .poisson, period: .milliseconds(5), seed: seed)
        return zip([0] + all, all).map { Double($1 - $0) }
    }

    private func dues(
        _ count: Int, _ process: ArrivalProcess, period: Duration, itemsPerBurst: Int = 10, seed: UInt64 = 1
    ) -> [Int64] {
        var times = ArrivalTimes(process, period: period, itemsPerBurst: itemsPerBurst, seed: seed)
        return (0..<count).map { _ in times.next() }
    }
}

import Measurement
import Testing

@Suite("Histograms of seconds")
struct SparseHistogramTests {
    @Test("nothing is lost")
    func whole() {
        var histogram = LatencyHistogram()
        for value in [0, 1, 1, 7, 12_345, 999_999, 3_700_000_000] as [Int64] { histogram.record(microseconds: value) }
        histogram.record(microseconds: -3)
        let back = SparseHistogram(histogram).whole
        #expect(back == histogram)
        #expect(SparseHistogram(LatencyHistogram()).whole == LatencyHistogram())
    }

    @Test("two merged seconds are those of one process")
    func merged() {
        var (first, second, both) = (LatencyHistogram(), LatencyHistogram(), LatencyHistogram())
        for value in 1...1_000 as ClosedRange<Int64> {
            if value.isMultiple(of: 3) { first.record(microseconds: value) } else { second.record(microseconds: value) }
            both.record(microseconds: value)
        }
        var merged = SparseHistogram(first).whole
        merged.merge(SparseHistogram(second).whole)
        #expect(merged == both)
    }

    @Test("latencies are shifted by whole microseconds; minimum, maximum and sum stay exact")
    func shifted() {
        var histogram = LatencyHistogram()
        for value in [100, 250, 400] as [Int64] { histogram.record(microseconds: value) }
        let later = histogram.shifted(byNanoseconds: 49_600)
        #expect((later.min, later.percentile(50), later.max) == (150, 300, 450))
        #expect((later.sum, later.count) == (900, 3))
        let earlier = histogram.shifted(byNanoseconds: -300_000)
        #expect((earlier.min, earlier.max, earlier.negativeCount) == (-200, 100, 2))
        #expect(histogram.shifted(byNanoseconds: 499) == histogram)
    }
}

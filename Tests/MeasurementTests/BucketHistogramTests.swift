import Foundation
import Testing

@testable import Measurement

@Suite("Delays in fixed classes")
struct BucketHistogramTests {
    @Test(
        "a bound belongs to its class",
        arguments: [(-1, 0), (0, 0), (50, 0), (51, 1), (100, 1), (30_000_000, 17), (30_000_001, 18)] as [(Int64, Int)])
    func bounds(microseconds: Int64, place: Int) {
        var histogram = BucketHistogram()
        histogram.record(microseconds: microseconds)
        #expect(histogram.counts[place] == 1)
        #expect(histogram.count == 1)
        #expect(histogram.sum == max(0, microseconds))
    }

    @Test("histograms add up, and JSON keeps them")
    func merging() throws {
        var first = BucketHistogram()
        first.record(microseconds: 70)
        var second = BucketHistogram()
        second.record(microseconds: 70)
        second.record(microseconds: 3_000)
        first.merge(second)
        #expect(first.counts[1] == 2)
        #expect(first.counts[6] == 1)
        #expect(first.sum == 3_140)
        let decoded = try JSONDecoder().decode(BucketHistogram.self, from: JSONEncoder().encode(first))
        #expect(decoded == first)
    }
}

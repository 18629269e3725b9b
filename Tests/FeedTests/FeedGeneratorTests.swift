import Measurement
import NIOCore
import Testing

@testable import Feed

@Suite("The synthetic feed")
struct FeedGeneratorTests {
    @Test("every item has exactly the requested size", arguments: [20, 21, 128, 1 << 20])
    func sizes(bytes: Int) {
        for item in items(12, bytes: bytes, seed: 3) {
            #expect(item.payloadBytes == bytes)
            #expect(header(item) == ItemText.Header(sequence: item.sequence, dueMicroseconds: item.dueMicroseconds))
        }
    }

    @Test("20 B are enough for both numbers after one year at 10,000 items/s")
    func smallestAfterAYear() {
        let year: Int64 = 366 * 86_400
        let header = ItemText.headerBytes(sequence: UInt64(year) * 10_000, dueMicroseconds: year * 1_000_000)
        #expect(header <= FeedGenerator.payloadRange.lowerBound)
    }

    @Test("sequences count from 1 without gaps")
    func sequences() {
        #expect(items(100, bytes: 64, seed: 9).map(\.sequence) == Array(1...100))
    }

    @Test("data has no line end, so each item is one line")
    func singleLine() {
        let isPlain = items(50, bytes: 5_000, seed: 5).allSatisfy { item in
            item.text.readableBytesView.allSatisfy { $0 > 0x20 && $0 < 0x7f }
        }
        #expect(isPlain)
    }

    @Test("the same seed gives the same items, another seed gives others", arguments: ArrivalProcess.allCases)
    func seed(arrivals: ArrivalProcess) {
        let first = items(200, bytes: 128, seed: 7, arrivals)
        #expect(first == items(200, bytes: 128, seed: 7, arrivals))
        let other = items(200, bytes: 128, seed: 8, arrivals)
        #expect(zip(first, other).allSatisfy { $0.text != $1.text })
    }

    @Test("due times do not depend on the item size", arguments: ArrivalProcess.allCases)
    func dueTimesDoNotDependOnData(arrivals: ArrivalProcess) {
        let small = items(500, bytes: 20, seed: 11, arrivals).map(\.dueMicroseconds)
        #expect(small == items(500, bytes: 4_096, seed: 11, arrivals).map(\.dueMicroseconds))
    }

    @Test("items have different data")
    func dataDiffers() {
        let texts = Set(items(100, bytes: 1_000, seed: 2).map { Array($0.text.readableBytesView.suffix(900)) })
        #expect(texts.count > 95)
    }

    private func items(
        _ count: Int, bytes: Int, seed: UInt64, _ arrivals: ArrivalProcess = .poisson
    ) -> [FeedItem] {
        var feed = FeedGenerator(payloadBytes: bytes, period: .milliseconds(10), arrivals: arrivals, seed: seed)
        return (0..<count).map { _ in feed.next() }
    }

    private func header(_ item: FeedItem) -> ItemText.Header? {
        item.text.withUnsafeReadableBytes { ItemText.header(of: $0) }
    }
}

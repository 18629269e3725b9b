import Testing

@testable import Feed

@Suite("The window of retained items")
struct FeedWindowTests {
    @Test("empty, it has nothing for anybody")
    func empty() {
        let window = FeedWindow(capacity: 4)
        #expect(window.newest == 0)
        #expect(window.oldest == 1)
        #expect(window.read(after: 0) == .nothing)
        #expect(window.read(after: .max) == .nothing)
    }

    @Test(
        "three of four places taken",
        arguments: [
            (0, .items(through: 3)), (1, .items(through: 3)), (2, .items(through: 3)), (3, .nothing), (4, .nothing),
            (.max, .nothing),
        ] as [(UInt64, FeedWindow.Reading)])
    func partlyFilled(cursor: UInt64, reading: FeedWindow.Reading) {
        #expect(window(items: 3, capacity: 4).read(after: cursor) == reading)
    }

    @Test(
        "ten items passed through four places",
        arguments: [
            (0, .gap(oldest: 7)), (5, .gap(oldest: 7)), (6, .items(through: 10)), (7, .items(through: 10)),
            (9, .items(through: 10)), (10, .nothing), (11, .nothing),
        ] as [(UInt64, FeedWindow.Reading)])
    func wrappedAround(cursor: UInt64, reading: FeedWindow.Reading) {
        #expect(window(items: 10, capacity: 4).read(after: cursor) == reading)
    }

    @Test("each kept item is found under its own sequence", arguments: 1...9)
    func subscripts(items: Int) {
        let window = window(items: items, capacity: 4)
        let kept = window.oldest...window.newest
        #expect(kept.count == min(items, 4))
        #expect(kept.map { window[$0].sequence } == Array(kept))
    }

    @Test("a window of one item keeps the newest")
    func capacityOfOne() {
        let window = window(items: 5, capacity: 1)
        #expect(window.read(after: 4) == .items(through: 5))
        #expect(window.read(after: 3) == .gap(oldest: 5))
    }

    @Test(
        "a reading ends before the item that would exceed the byte limit, yet one always fits",
        arguments: [(0, 1), (1, 1), (9, 1), (10, 1), (19, 1), (20, 2), (29, 2), (30, 3), (59, 5), (60, 6), (1_000, 6)])
    func byteLimit(limit: Int, through: UInt64) {
        // Six items of 10 B each.
        #expect(window(items: 6, capacity: 8).read(after: 0, byteLimit: limit) == .items(through: through))
    }

    private func window(items: Int, capacity: Int) -> FeedWindow {
        var window = FeedWindow(capacity: capacity)
        for sequence in 1...UInt64(items) {
            window.append(FeedItem(sequence: sequence, dueMicroseconds: 1, data: "abcdef".utf8))
        }
        return window
    }
}

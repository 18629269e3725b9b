import Testing

@testable import Feed

@Suite("The window of retained items")
struct FeedWindowTests {
    @Test("an empty window has no items")
    func empty() {
        let window = FeedWindow(capacity: 4)
        #expect(window.newest == 0)
        #expect(window.oldest == 1)
        #expect(window.read(after: 0) == .nothing)
        #expect(window.read(after: .max) == .nothing)
    }

    @Test(
        "three items in a window of four",
        arguments: [
            (0, .items(through: 3)), (1, .items(through: 3)), (2, .items(through: 3)), (3, .nothing), (4, .nothing),
            (.max, .nothing),
        ] as [(UInt64, FeedWindow.Reading)])
    func partlyFilled(cursor: UInt64, reading: FeedWindow.Reading) {
        #expect(window(items: 3, capacity: 4).read(after: cursor) == reading)
    }

    @Test(
        "ten items in a window of four",
        arguments: [
            (0, .gap(oldest: 7)), (5, .gap(oldest: 7)), (6, .items(through: 10)), (7, .items(through: 10)),
            (9, .items(through: 10)), (10, .nothing), (11, .nothing),
        ] as [(UInt64, FeedWindow.Reading)])
    func wrappedAround(cursor: UInt64, reading: FeedWindow.Reading) {
        #expect(window(items: 10, capacity: 4).read(after: cursor) == reading)
    }

    @Test("each kept item is found by its sequence", arguments: 1...9)
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
        "a reading ends before the item that would exceed the byte limit, but has at least one item",
        arguments: [(0, 1), (1, 1), (9, 1), (10, 1), (19, 1), (20, 2), (29, 2), (30, 3), (59, 5), (60, 6), (1_000, 6)])
    func byteLimit(limit: Int, through: UInt64) {
        // Six items of 10 B each.
        #expect(window(items: 6, capacity: 8).read(after: 0, byteLimit: limit) == .items(through: through))
    }

    @Test(
        "the byte limit also drops the oldest items, and a client that needs them gets a gap",
        arguments: [(1_000, 6), (96, 6), (95, 5), (48, 3), (16, 1), (15, 1), (0, 1)] as [(Int, UInt64)])
    func byteLimitOfWindow(limit: Int, kept: UInt64) {
        let window = window(items: 6, capacity: 8, byteLimit: limit)
        #expect(window[6].retainedBytes == 16)
        #expect(window.retainedBytes == Int(kept) * 16)
        #expect(window.oldest == 7 - kept)
        #expect(window.read(after: 6 - kept) == .items(through: 6))
        if kept < 6 { #expect(window.read(after: 5 - kept) == .gap(oldest: 7 - kept)) }
        #expect((window.oldest...6).map { window[$0].sequence } == Array(window.oldest...6))
    }

    @Test("after one large item, the window fills with small ones again")
    func afterALargeItem() {
        var window = FeedWindow(capacity: 4, byteLimit: 100)
        window.append(FeedItem(sequence: 1, dueMicroseconds: 1, data: "a".utf8))
        window.append(FeedItem(sequence: 2, dueMicroseconds: 1, data: [UInt8](repeating: 0x61, count: 1_000)))
        #expect(window.oldest == 2)
        for sequence: UInt64 in 3...9 {
            window.append(FeedItem(sequence: sequence, dueMicroseconds: 1, data: "a".utf8))
        }
        #expect(window.oldest == 6)
        #expect((6...9).map { window[$0].sequence } == [6, 7, 8, 9])
        #expect(window.retainedBytes == (6...9).reduce(0) { $0 + window[$1].retainedBytes })
    }

    @Test(
        "after a jump the window begins with the next item, and older cursors have a gap", arguments: [0, 1, 3, 4, 9])
    func jump(items: Int) {
        var window = items == 0 ? FeedWindow(capacity: 4) : window(items: items, capacity: 4)
        window.skip(to: 100)
        #expect(window.newest == 99)
        #expect(window.oldest == 100)
        #expect(window.retainedBytes == 0)
        #expect(window.read(after: 99) == .nothing)
        #expect(window.read(after: 98) == .gap(oldest: 100))
        for sequence: UInt64 in 100...106 {
            window.append(FeedItem(sequence: sequence, dueMicroseconds: 1, data: "abcdef".utf8))
            #expect(window[sequence].sequence == sequence)
        }
        #expect(window.oldest == 103)
        #expect((103...106).map { window[$0].sequence } == [103, 104, 105, 106])
        #expect(window.read(after: UInt64(items)) == .gap(oldest: 103))
        #expect(window.retainedBytes == 4 * 16)
    }

    private func window(items: Int, capacity: Int, byteLimit: Int = .max) -> FeedWindow {
        var window = FeedWindow(capacity: capacity, byteLimit: byteLimit)
        for sequence in 1...UInt64(items) {
            window.append(FeedItem(sequence: sequence, dueMicroseconds: 1, data: "abcdef".utf8))
        }
        return window
    }
}

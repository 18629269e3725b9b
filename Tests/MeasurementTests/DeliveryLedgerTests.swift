import Testing

@testable import Measurement

@Suite("What a client received")
struct DeliveryLedgerTests {
    @Test("items in order leave no gaps")
    func inOrder() {
        var ledger = DeliveryLedger(after: 10)
        for sequence in 11...20 as ClosedRange<UInt64> { #expect(ledger.itemReceived(sequence) == .fresh) }
        #expect(ledger.highest == 20)
        #expect(ledger.gaps.isEmpty)
        #expect(ledger.totals(through: 20).missed == 0)
        #expect(ledger.totals(through: 23).missed == 3)
    }

    @Test("a later item opens a gap; missing items close it as reordered")
    func reordering() {
        var ledger = DeliveryLedger(after: 0)
        #expect(
            [1, 5, 3, 2, 4, 6].map { ledger.itemReceived($0) } == [
                .fresh, .fresh, .reordered, .reordered, .reordered, .fresh,
            ])
        #expect(ledger.gaps.isEmpty)
        #expect(ledger.highest == 6)
        #expect(
            ledger.totals(through: 6) == DeliveryTotals(clients: 1, expected: 6, delivered: 6, unique: 6, reordered: 3))
    }

    @Test("gaps shrink and split")
    func splitting() {
        var ledger = DeliveryLedger(after: 0)
        ledger.itemReceived(10)
        ledger.itemReceived(5)
        #expect(ledger.gaps == [1...4, 6...9])
        ledger.itemReceived(6)
        ledger.itemReceived(4)
        #expect(ledger.gaps == [1...3, 7...9])
        #expect(ledger.totals(through: 10).missed == 6)
    }

    @Test("a second copy is a duplicate, also of a reordered item")
    func duplicates() {
        var ledger = DeliveryLedger(after: 0)
        #expect(
            [1, 3, 3, 2, 2, 1].map { ledger.itemReceived($0) } == [
                .fresh, .fresh, .duplicate, .reordered, .duplicate, .duplicate,
            ])
        #expect(ledger.unique == 3)
        #expect(ledger.duplicates == 3)
        #expect(ledger.totals(through: 3).redundancy == 2)
    }

    @Test("items outside the counted range are counted separately")
    func outside() {
        var ledger = DeliveryLedger(after: 10, through: 12)
        #expect([10, 11, 12, 13].map { ledger.itemReceived($0) } == [.outside, .fresh, .fresh, .outside])
        #expect(
            ledger.totals(through: 99) == DeliveryTotals(clients: 1, expected: 2, delivered: 2, unique: 2, outside: 2))
    }

    @Test("items of an announced gap count as missed")
    func announced() {
        var ledger = DeliveryLedger(after: 0)
        ledger.itemReceived(3)
        ledger.gapAnnounced(through: 1)
        #expect(ledger.gaps == [2...2])
        ledger.gapAnnounced(through: 7)
        #expect(ledger.gaps.isEmpty)
        #expect(ledger.highest == 7)
        #expect(ledger.givenUp == 6)
        #expect(ledger.itemReceived(8) == .fresh)
        #expect(ledger.totals(through: 8).missed == 6)
    }

    @Test("memory is bounded: the oldest gap is dropped")
    func bounded() {
        var ledger = DeliveryLedger(after: 0)
        let gaps = UInt64(DeliveryLedger.maximumGaps)
        for index in 1...(gaps + 1) { ledger.itemReceived(index * 2) }
        #expect(ledger.gaps.count == DeliveryLedger.maximumGaps)
        #expect(ledger.givenUp == 1)
        #expect(ledger.totals(through: gaps * 2 + 2).missed == gaps + 1)
    }

    @Test("any order and any losses give the same counts as a set", arguments: 0..<20 as Range<UInt64>)
    func againstSet(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var ledger = DeliveryLedger(after: 100)
        var seen: Set<UInt64> = []
        var highest: UInt64 = 100
        for _ in 0..<500 {
            let sequence = 101 + generator.uniform(below: 300)
            let expected: DeliveryLedger.Classification =
                seen.contains(sequence) ? .duplicate : sequence < highest ? .reordered : .fresh
            #expect(ledger.itemReceived(sequence) == expected)
            seen.insert(sequence)
            highest = max(highest, sequence)
        }
        #expect(ledger.unique == UInt64(seen.count))
        #expect(ledger.totals(through: 400).missed == 300 - UInt64(seen.count))
        let awaited = ledger.gaps.flatMap { Array($0) }
        #expect(awaited == (101...highest).filter { !seen.contains($0) })
    }

    @Test("totals of clients add up; ratios of nothing are missing")
    func merging() {
        var fleet = DeliveryTotals()
        #expect(fleet.coherence == nil)
        #expect(fleet.redundancy == nil)
        fleet.merge(DeliveryTotals(clients: 1, expected: 4, delivered: 5, unique: 4, duplicates: 1))
        fleet.merge(DeliveryTotals(clients: 1, expected: 4, delivered: 2, unique: 2, reordered: 1))
        #expect(fleet.coherence == 0.75)
        #expect(fleet.missed == 2)
        #expect(fleet.clients == 2)
    }
}

import Testing

@testable import Measurement

@Suite("First items and gaps between items")
struct ArrivalMeterTests {
    private func at(_ microseconds: Int64) -> MonotonicInstant { MonotonicInstant(nanoseconds: microseconds * 1_000) }

    /// The window is from 1,000 to 2,000 µs.
    private func meter(clients: Int = 1) -> ArrivalMeter {
        ArrivalMeter(clients: clients, from: at(1_000), until: at(2_000))
    }

    @Test("the first item counts from the first connect, once per client, inside the window or not")
    func firstItem() {
        var meter = meter(clients: 3)
        meter.connected(0, at: at(100))
        meter.connected(0, at: at(150))
        meter.connected(1, at: at(200))
        #expect(!meter.hasReceived(0))
        meter.itemArrived(0, at: at(400))
        meter.itemArrived(0, at: at(1_400))
        meter.itemArrived(1, at: at(2_500))
        #expect(meter.firstItem.count == 2)
        #expect((meter.firstItem.min, meter.firstItem.max) == (300, 2_300))
        #expect(meter.hasReceived(0) && meter.hasReceived(1) && !meter.hasReceived(2))
    }

    @Test("an item without a connect has no waiting time")
    func noConnect() {
        var meter = meter()
        meter.itemArrived(0, at: at(400))
        #expect(meter.firstItem.isEmpty)
        #expect(meter.hasReceived(0))
    }

    @Test("gaps are between items of one client, both within the window")
    func gaps() {
        var meter = meter(clients: 2)
        meter.itemArrived(0, at: at(999))
        meter.itemArrived(0, at: at(1_000))
        meter.itemArrived(1, at: at(1_100))
        meter.itemArrived(0, at: at(1_300))
        meter.itemArrived(1, at: at(1_150))
        meter.itemArrived(0, at: at(1_999))
        meter.itemArrived(0, at: at(2_000))
        meter.itemArrived(0, at: at(2_001))
        #expect(meter.gaps.count == 3)
        #expect((meter.gaps.min, meter.gaps.max, meter.gaps.sum) == (50, 699, 300 + 50 + 699))
    }

    @Test("items that arrive at the same instant have gaps of 0, and an earlier timestamp counts as the same instant")
    func simultaneous() {
        var meter = meter()
        for instant in [1_200, 1_200, 1_200, 1_190, 1_210] as [Int64] { meter.itemArrived(0, at: at(instant)) }
        #expect(meter.gaps.count == 4)
        #expect((meter.gaps.min, meter.gaps.max, meter.gaps.sum) == (0, 10, 10))
        #expect(meter.gaps.negativeCount == 0)
    }

    @Test("an item that arrives before the connect was noticed has a waiting time of 0")
    func early() {
        var meter = meter()
        meter.connected(0, at: at(500))
        meter.itemArrived(0, at: at(499))
        #expect((meter.firstItem.count, meter.firstItem.max, meter.firstItem.negativeCount) == (1, 0, 0))
    }
}

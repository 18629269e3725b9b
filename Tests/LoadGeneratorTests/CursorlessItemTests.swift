import Host
import Measurement
import Testing
import Transports

@testable import LoadGenerator

/// From which item on a client expects all, if the server has no cursor of PushLab's.
@Suite("PushLab's items from a server that keeps no cursor")
struct CursorlessItemTests {
    @Test("each client expects the items from its first one on, unless the server reports what it published")
    func firstItem() {
        #expect(expected(reportsFeed: false, .none) == 3)
        #expect(expected(reportsFeed: false, .lastEventID) == 3)
        // The second client, without an item, lacks all.
        #expect(expected(reportsFeed: false, .own) == 204)
        #expect(expected(reportsFeed: true, .none) == 204)
    }

    @Test("if the server reports what it published, the first item may be any that was due in the warm-up")
    func warmup() {
        // The epoch is at 1,000 ms, the window from 2,000 to 3,000 ms. The second client lacks all.
        #expect(expected(reportsFeed: true, .none, epoch: 1_000, due: 999) == 3 + 102)
        #expect(expected(reportsFeed: true, .none, epoch: 1_000, due: 1_000) == 204)
        #expect(expected(reportsFeed: true, .own, epoch: 1_000, due: 999) == 204)
    }

    /// What two clients expect, of which the first receives the items 100 and 102. Times are in milliseconds.
    private func expected(
        reportsFeed: Bool, _ cursor: CursorForm, epoch: Int64? = nil, due: Int64 = 0
    ) -> UInt64 {
        var plan = LoadPlan(
            target: LoadTarget(port: 80), transport: "any", clients: 2, epoch: epoch.map(at),
            times: LoadTimes(start: at(0), windowStart: at(2_000), windowEnd: at(3_000)))
        plan.dialect.cursor = cursor
        plan.server = reportsFeed ? ServerIdentity(ServerStatus()) : nil
        let recorder = DeliveryRecorder(plan)
        for sequence in [100, 102] as [UInt64] {
            let item = ReceivedItem(sequence: sequence, dueMicroseconds: due * 1_000)
            recorder.take(.item(item), client: 0, at: at(2_100))
        }
        var record = LoadRecord()
        recorder.report(through: recorder.highestReceived(), by: .unknown, into: &record)
        return record.deliveries.expected
    }

    private func at(_ milliseconds: Int64) -> MonotonicInstant {
        MonotonicInstant(nanoseconds: milliseconds * 1_000_000)
    }
}

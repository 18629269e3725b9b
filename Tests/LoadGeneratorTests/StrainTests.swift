import Measurement
import Testing
import Transports

@testable import LoadGenerator

@Suite("Clients that leave, restarts and slow clients")
struct StrainTests {
    @Test(
        "lifetimes have their mean, are the same for the same seed, and end within the window",
        arguments: ChurnPlan.Distribution.allCases)
    func lifetimes(distribution: ChurnPlan.Distribution) throws {
        let plan = plan(churn: ChurnPlan(mean: .seconds(2), distribution: distribution, away: .zero))
        var (lives, again) = (try #require(ClientLifetimes(plan)), try #require(ClientLifetimes(plan)))
        var sum = 0.0
        var count = 0
        for client in 0..<plan.clients {
            #expect(lives.firstEnd(of: client) == again.firstEnd(of: client))
            guard let end = lives.nextEnd(of: client, after: at(0)) else { continue }
            #expect(end >= at(0) && end < at(1_000_000))
            sum += (end - at(0)).seconds
            count += 1
        }
        #expect((1.9...2.1).contains(sum / Double(count)))
        #expect(ClientLifetimes(self.plan(churn: nil)) == nil)
        #expect(lives.nextEnd(of: 0, after: at(1_000_000)) == nil)
    }

    @Test("recovery counts from the return to the next item, and what came late because of the absence has no delay")
    func churn() {
        var absences = Absences(plan(churn: ChurnPlan(mean: .seconds(1), distribution: .constant, away: .zero)))
        #expect(!absences.madeLate(0, due: at(10)))
        absences.left(0, at: at(100))
        #expect(absences.madeLate(0, due: at(100)))
        absences.cameBack(0, at: at(300))
        #expect(absences.madeLate(0, due: at(99)))
        #expect(!absences.madeLate(0, due: at(300)))
        absences.received(0, at: at(305))
        absences.received(0, at: at(405))
        #expect(absences.recovery.count == 1)
        #expect(absences.recovery.max == 5_000)
    }

    @Test("recovery from a restart counts from its beginning, and not for items that were under way")
    func restart() {
        let outage = OutagePlan(begins: at(1_000), ends: at(2_000))
        var absences = Absences(plan(outage: outage))
        absences.received(0, at: at(1_001))
        absences.received(0, at: at(2_200))
        absences.received(0, at: at(2_300))
        #expect(absences.recovery.count == 1)
        #expect(absences.recovery.min == absences.recovery.max)
        #expect((1_199_000...1_201_000).contains(absences.recovery.max ?? 0))
    }

    @Test("behind a proxy only the clients that lost their server recover, from the kill to their next item")
    func kill() {
        let outage = OutagePlan(begins: at(1_000), ends: at(2_000), isBehindProxy: true)
        var absences = Absences(plan(outage: outage))
        for client in 0..<3 { absences.ended(client, at: at(999)) }
        absences.received(0, at: at(1_001))
        #expect(absences.recovery.count == 0, "this connection ended before the kill")
        absences.ended(0, at: at(1_002))
        absences.ended(0, at: at(1_060))
        absences.received(0, at: at(1_150))
        absences.received(1, at: at(1_151))
        absences.received(0, at: at(2_500))
        absences.ended(2, at: at(3_000))
        absences.received(2, at: at(3_001))
        #expect(absences.recovery.count == 1)
        #expect((149_000...151_000).contains(absences.recovery.max ?? 0))
    }

    @Test("a lost server is an error, except in the outage of a server behind a proxy")
    func lostServer() {
        for (outage, errors) in [
            (nil, ["999", "1000", "2999", "3000"]),
            (OutagePlan(begins: at(1_000), ends: at(2_000)), ["999", "1000", "2999", "3000"]),
            (OutagePlan(begins: at(1_000), ends: at(2_000), isBehindProxy: true), ["999", "3000"]),
        ] as [(OutagePlan?, [String])] {
            let recorder = DeliveryRecorder(plan(outage: outage))
            for time in [999, 1_000, 2_999, 3_000] as [Int64] {
                recorder.take(.lostServer("\(time)"), client: 0, at: at(time))
            }
            #expect(recorder.faults == errors)
            #expect(recorder.errors == UInt64(errors.count))
        }
    }

    @Test("a fault of the protocol is an error in an outage too")
    func fault() {
        let outage = OutagePlan(begins: at(1_000), ends: at(2_000), isBehindProxy: true)
        let recorder = DeliveryRecorder(plan(outage: outage))
        recorder.take(.fault("wrong"), client: 0, at: at(1_500))
        #expect(recorder.errors == 1)
    }

    @Test("ends of connections are no errors only while the server restarts")
    func errors() {
        let outage = OutagePlan(begins: at(1_000), ends: at(2_000))
        var judge = EndingJudge(windowEnd: at(10_000), outage: outage)
        for time in [999, 1_000, 2_999, 3_000] as [Int64] {
            judge.ended(.broken, "\(time)", having: 5, at: at(time))
        }
        var sentences: [String] = []
        #expect(judge.errors(by: .known(last: 5, hasEnded: false), through: 5) { sentences.append($0) } == 2)
        #expect(sentences == ["999", "3000"])
    }

    @Test("slow clients have a separate plan, and portions of their rate")
    func slow() {
        var plan = plan(churn: ChurnPlan(mean: .seconds(1), distribution: .constant, away: .zero))
        #expect(plan.ofSlowClients == nil)
        plan.slow = SlowPlan(clients: 3, readBytesPerSecond: 1_000)
        let slow = plan.ofSlowClients
        #expect(slow?.clients == 3 && slow?.readBytesPerSecond == 1_000 && slow?.churn == nil && slow?.slow == nil)
        #expect(SlowReading.portion(bytesPerSecond: 1_000) == 100)
        #expect(SlowReading.portion(bytesPerSecond: 1) == 1)
    }

    private func plan(churn: ChurnPlan? = nil, outage: OutagePlan? = nil) -> LoadPlan {
        var plan = LoadPlan(
            target: LoadTarget(port: 1), transport: "sse", clients: 2_000, seed: 7,
            times: LoadTimes(start: at(0), windowStart: at(0), windowEnd: at(1_000_000)))
        plan.churn = churn
        plan.outage = outage
        return plan
    }

    private func at(_ milliseconds: Int64) -> MonotonicInstant {
        MonotonicInstant(nanoseconds: milliseconds * 1_000_000)
    }
}

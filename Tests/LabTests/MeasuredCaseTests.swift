import LoadGenerator
import Measurement
import Testing
import Transports

@testable import Lab
@testable import Scenario

@Suite("The plan of a case's load process")
struct MeasuredCaseTests {
    private static let now = MonotonicInstant(nanoseconds: 1_000_000_000)
    private static let epoch = MonotonicInstant(nanoseconds: 1_500_000_000)

    @Test("clients of a fresh server receive its feed from the first item on")
    func fresh() {
        let plan = plan(isFresh: true, status: .fake(newest: 3))
        #expect(plan.epoch == Self.epoch)
        #expect(plan.cursor == 0)
        #expect(plan.times.start == Self.now + .milliseconds(30))
        #expect(plan.times.windowStart == Self.epoch + .seconds(1))
        #expect(plan.times.windowEnd == plan.times.windowStart + .seconds(10))
        #expect(plan.server == ServerIdentity(.fake()))
    }

    @Test("clients of a running feed start after its newest item, when all are connected")
    func running() {
        let plan = plan(isFresh: false, status: .fake(newest: 3))
        #expect(plan.epoch == Self.epoch)
        #expect(plan.cursor == 3)
        // Two clients connect within 1 ms; then a second of warm-up.
        #expect(plan.times.windowStart == Self.now + CaseTiming.setUp + .milliseconds(1_001))
    }

    @Test("there are no latencies if the server has another clock", arguments: [true, false])
    func otherClock(isFresh: Bool) {
        for clock in ["elsewhere", nil] {
            let plan = plan(isFresh: isFresh, status: .fake(clock: clock))
            #expect(plan.epoch == nil)
            #expect(plan.times.windowStart == Self.now + CaseTiming.setUp + .milliseconds(1_001))
        }
    }

    @Test("a server without a status has no identity")
    func noStatus() {
        let plan = plan(isFresh: false, status: nil)
        #expect(plan.server == nil)
        #expect(plan.cursor == 0)
        #expect(plan.epoch == nil)
    }

    @Test("in an echo case times come from the clients' clock, and there is no cursor")
    func echo() throws {
        var subject = MeasuredCase.fake()
        subject.echo = EchoWorkload(
            Scenario.Feed(source: .clients, rate: ItemRate(items: 20, per: .seconds(1)), payload: ByteCount(bytes: 64)))
        let plan = plan(subject, isFresh: false, status: .fake(newest: 3))
        let send = try #require(plan.send)
        #expect(send.payloadBytes == 64)
        #expect(send.messages == 220)
        #expect(plan.epoch == send.start)
        #expect(plan.cursor == 0)
    }

    @Test("clients do not send a feed that the server pushes")
    func pushed() {
        #expect(EchoWorkload(Scenario.Feed(source: .host)) == nil)
    }

    @Test("clients may take one poll interval and five seconds to receive missing items")
    func patience() {
        var subject = MeasuredCase.fake(transport: "short-poll")
        subject.transport = .fake("short-poll", ["interval": .duration(.seconds(2))])
        #expect(plan(subject, isFresh: true, status: .fake()).times.patience == .seconds(7))
        #expect(subject.transport.pollInterval == .seconds(2))
        #expect(plan(isFresh: true, status: .fake()).times.patience == .seconds(5))
    }

    @Test("seed, clients, faults and stamps file come from the case, the target from the entry point")
    func rest() {
        var subject = MeasuredCase.fake(clients: 3)
        subject.seedsMasks = true
        subject.stampsFile = "stamps"
        subject.faults = LoadFaults(receiveDelay: .milliseconds(1))
        let plan = plan(subject, isFresh: true, status: .fake())
        #expect(plan.seed == 5 && plan.clients == 3 && plan.seedsMasks && plan.stampsFile == "stamps")
        #expect(plan.faults == subject.faults)
        #expect(plan.target == LoadTarget(host: "::1", port: 9))
    }

    private func plan(_ subject: MeasuredCase = .fake(), isFresh: Bool, status: ServerStatus?) -> LoadPlan {
        let server = ServerEndpoint(target: LoadTarget(host: "::1", port: 9), isFresh: isFresh)
        return subject.plan(
            for: server, status: status, through: EntryPoint(of: server), at: Self.now, clock: "manual")
    }
}

@Suite("Durations of the parts of a case")
struct CaseTimingTests {
    @Test(
        "the lead grows with clients, TLS and a proxy",
        arguments: [
            (0, false, 0, 0), (100, false, 0, 50), (100, true, 0, 400), (100, false, 200, 250),
            (100, false, 1_000, 1_050), (20_000, false, 0, 10_000),
        ])
    func lead(clients: Int, encrypts: Bool, start: Int, milliseconds: Int) {
        let timing = CaseTiming(
            warmup: .zero, duration: .seconds(1), clients: clients, encrypts: encrypts,
            middleboxStart: .milliseconds(start))
        #expect(timing.lead == CaseTiming.setUp + .milliseconds(milliseconds))
        #expect(timing.ramp * 2 <= timing.lead)
    }

    @Test("the feed continues while clients may still wait for an item")
    func feedDuration() {
        let timing = CaseTiming(warmup: .seconds(2), duration: .seconds(10), clients: 1)
        #expect(timing.feedDuration == .seconds(12))
        #expect(timing.feedDuration(pause: .zero) == .seconds(17))
        #expect(timing.feedDuration(pause: .seconds(3)) == .seconds(20))
    }
}

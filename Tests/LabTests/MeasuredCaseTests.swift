import LoadGenerator
import Measurement
import Scenario
import Testing
import Transports

@testable import Lab

@Suite("The plan of a case's load process")
struct MeasuredCaseTests {
    private static let now = MonotonicInstant(nanoseconds: 1_000_000_000)
    private static let epoch = MonotonicInstant(nanoseconds: 1_500_000_000)

    @Test("a fresh server's feed begins the case: its first item is the first that clients want")
    func fresh() {
        let plan = plan(isFresh: true, told: .fake(newest: 3))
        #expect(plan.epoch == Self.epoch)
        #expect(plan.cursor == 0)
        #expect(plan.times.start == Self.now + .milliseconds(100))
        #expect(plan.times.windowStart == Self.epoch + .seconds(1))
        #expect(plan.times.windowEnd == plan.times.windowStart + .seconds(10))
        #expect(plan.server == ServerIdentity(.fake()))
    }

    @Test("a feed that goes on already is taken from its newest item, once the clients are connected")
    func running() {
        let plan = plan(isFresh: false, told: .fake(newest: 3))
        #expect(plan.epoch == Self.epoch)
        #expect(plan.cursor == 3)
        // The lead of two clients is 601 ms, then a second of warm-up.
        #expect(plan.times.windowStart == Self.now + .milliseconds(1_601))
    }

    @Test("by another clock there are no latencies, whoever's server it is", arguments: [true, false])
    func otherClock(isFresh: Bool) {
        for clock in ["elsewhere", nil] {
            let plan = plan(isFresh: isFresh, told: .fake(clock: clock))
            #expect(plan.epoch == nil)
            #expect(plan.times.windowStart == Self.now + .milliseconds(1_601))
        }
    }

    @Test("a server that tells nothing has no identity to keep")
    func untold() {
        let plan = plan(isFresh: false, told: nil)
        #expect(plan.server == nil)
        #expect(plan.cursor == 0)
        #expect(plan.epoch == nil)
    }

    @Test("where clients send, times are theirs and the last cursor is nothing to them")
    func echo() throws {
        var subject = MeasuredCase.fake()
        subject.echo = EchoWorkload(
            Scenario.Feed(source: .clients, rate: ItemRate(items: 20, per: .seconds(1)), payload: ByteCount(bytes: 64)))
        let plan = plan(subject, isFresh: false, told: .fake(newest: 3))
        let send = try #require(plan.send)
        #expect(send.payloadBytes == 64)
        #expect(send.messages == 220)
        #expect(plan.epoch == send.start)
        #expect(plan.cursor == 0)
    }

    @Test("a feed that is pushed is not sent by clients")
    func pushed() {
        #expect(EchoWorkload(Scenario.Feed(source: .host)) == nil)
    }

    @Test("clients may take a poll and five seconds more for what they miss")
    func patience() {
        var subject = MeasuredCase.fake(transport: "short-poll")
        subject.transport = Scenario.TransportUse(
            name: "short-poll", options: TransportOptions(["interval": .duration(.seconds(2))]))
        #expect(plan(subject, isFresh: true, told: .fake()).times.patience == .seconds(7))
        #expect(subject.pollInterval == .seconds(2))
        #expect(plan(isFresh: true, told: .fake()).times.patience == .seconds(5))
    }

    @Test("seed, clients, faults and stamps are the case's; the target is the entrance's")
    func rest() {
        var subject = MeasuredCase.fake(clients: 3)
        subject.seedsMasks = true
        subject.stampsFile = "stamps"
        subject.faults = LoadFaults(receiveDelay: .milliseconds(1))
        let plan = plan(subject, isFresh: true, told: .fake())
        #expect(plan.seed == 5 && plan.clients == 3 && plan.seedsMasks && plan.stampsFile == "stamps")
        #expect(plan.faults == subject.faults)
        #expect(plan.target == LoadTarget(host: "::1", port: 9))
    }

    private func plan(_ subject: MeasuredCase = .fake(), isFresh: Bool, told: ServerStatus?) -> LoadPlan {
        let server = ServerEndpoint(target: LoadTarget(host: "::1", port: 9), isFresh: isFresh)
        return subject.plan(
            for: server, told: told, through: Entrance(of: server), at: Self.now, clock: "manual")
    }
}

@Suite("How long the parts of a case take")
struct CaseTimingTests {
    @Test(
        "the lead grows with clients, TLS and a proxy",
        arguments: [
            (0, false, false, 600), (100, false, false, 650), (100, true, false, 1_000), (100, false, true, 850),
            (20_000, false, false, 10_600),
        ])
    func lead(clients: Int, encrypts: Bool, startsProxy: Bool, milliseconds: Int) {
        let timing = CaseTiming(
            warmup: .zero, duration: .seconds(1), clients: clients, encrypts: encrypts, startsProxy: startsProxy)
        #expect(timing.lead == .milliseconds(milliseconds))
        #expect(timing.ramp * 2 <= timing.lead)
    }

    @Test("the feed goes on while clients may still miss an item")
    func feedDuration() {
        let timing = CaseTiming(warmup: .seconds(2), duration: .seconds(10), clients: 1)
        #expect(timing.feedDuration == .seconds(12))
        #expect(timing.feedDuration(pause: .zero) == .seconds(17))
        #expect(timing.feedDuration(pause: .seconds(3)) == .seconds(20))
    }
}

import LoadGenerator
import Measurement
import Testing
import Transports

@testable import Lab
@testable import Scenario

@Suite("Which of several servers is killed, and when")
struct ServerKillTests {
    private static let restart = Scenario.Restart(
        after: .seconds(3), down: .seconds(2), policy: ReconnectPolicy(), keepsHistory: true)
    private static let windowStart = MonotonicInstant(nanoseconds: 10_000_000_000)

    @Test(
        "the seed chooses the server, so that each repeat kills another one",
        arguments: [(1, 0, 0), (1, 7, 0), (2, 7, 1), (2, 8, 0), (3, 7, 1), (3, 8, 2), (16, .max, 15)]
            as [(Int, UInt64, Int)])
    func index(servers: Int, seed: UInt64, index: Int) {
        let kill = ServerKill(Self.restart, of: servers, from: Self.windowStart, seed: seed)
        #expect(kill?.index == index)
    }

    @Test("it is killed at `after` from the start of the measurement, and comes back after `down`")
    func times() throws {
        let kill = try #require(ServerKill(Self.restart, of: 2, from: Self.windowStart, seed: 1))
        #expect(kill.begins == MonotonicInstant(nanoseconds: 13_000_000_000))
        #expect(kill.ends == MonotonicInstant(nanoseconds: 15_000_000_000))
    }

    @Test("without a restart no server is killed")
    func none() {
        #expect(ServerKill(nil, of: 2, from: Self.windowStart, seed: 1) == nil)
    }

    @Test("the clients expect the same outage, behind a proxy")
    func plan() throws {
        var subject = MeasuredCase.fake()
        subject.strain.restart = Self.restart
        for servers in [nil, 1, 3] as [Int?] {
            subject.scaleOut = servers
            let plan = subject.plan(
                for: ServerEndpoint(target: LoadTarget(port: 1), isFresh: true), status: .fake(),
                through: EntryPoint(of: ServerEndpoint(target: LoadTarget(port: 1))),
                at: MonotonicInstant(nanoseconds: 1_000_000_000), clock: "manual")
            let kill = ServerKill(Self.restart, of: servers ?? 1, from: plan.times.windowStart, seed: 1)
            #expect(plan.outage?.begins == kill?.begins && plan.outage?.ends == kill?.ends)
            #expect(plan.outage?.isBehindProxy == (servers != nil))
            #expect(plan.reconnect == ReconnectPolicy())
        }
    }
}

import Measurement
import NIOCore
import Testing
import WebSocketProtocol

@testable import LoadGenerator
@testable import Transports

@Suite("Clients divided between load processes")
struct ClientShareTests {
    @Test("three shares have the same clients as one plan", arguments: [1, 3, 10, 100])
    func setups(clients: Int) {
        let plan = Self.plan(clients: clients)
        let parts = plan.divided(by: 3)
        let whole = Array(ListenerSetups(plan))
        let divided = parts.flatMap { Array(ListenerSetups($0)) }
        #expect(divided.count == clients)
        #expect(divided.map(\.phase) == whole.map(\.phase))
        #expect(divided.map(\.seed) == whole.map(\.seed))
        #expect(divided.map(\.session) == whole.map(\.session))
        #expect(divided.map(Self.firstMessage) == whole.map(Self.firstMessage))
        #expect(divided.map(Self.firstKey) == whole.map(Self.firstKey))
        #expect(Set(whole.map(Self.firstMessage)).count == clients)
    }

    @Test("clients that reconnect have the seeds of one process too")
    func reconnects() {
        let plan = Self.plan(clients: 7)
        let last = plan.divided(by: 3)[2]
        let own = ListenerSetups(last).setup(of: 1, cursor: 4, attempt: 2)
        let whole = ListenerSetups(plan).setup(of: last.firstClient + 1, cursor: 4, attempt: 2)
        #expect(own.seed == whole.seed && own.session == whole.session && own.phase == whole.phase)
    }

    @Test("lifetimes are those of one process")
    func lifetimes() throws {
        var plan = Self.plan(clients: 9)
        plan.churn = ChurnPlan(mean: .seconds(2), distribution: .exponential, away: .seconds(1))
        var whole = try #require(ClientLifetimes(plan))
        var ends: [MonotonicInstant?] = []
        for part in plan.divided(by: 4) {
            var own = try #require(ClientLifetimes(part))
            for client in 0..<part.clients { ends.append(own.firstEnd(of: client)) }
        }
        #expect(ends == (0..<9).map { whole.firstEnd(of: $0) })
    }

    @Test("sizes differ by at most one, and no client is missing")
    func sizes() {
        #expect(Self.plan(clients: 10).divided(by: 3).map(\.clients) == [3, 3, 4])
        #expect(Self.plan(clients: 10).divided(by: 3).map(\.firstClient) == [0, 3, 6])
        #expect(Self.plan(clients: 10).divided(by: 3).map(\.allClients) == [10, 10, 10])
        #expect(Self.plan(clients: 2).divided(by: 3).map(\.clients) == [1, 1])
        #expect(Self.plan(clients: 1).divided(by: 3).map(\.share) == [nil])
    }

    @Test("slow clients are divided too; a process may have none of them")
    func slow() {
        var plan = Self.plan(clients: 6)
        plan.slow = SlowPlan(clients: 2, readBytesPerSecond: 100)
        let parts = plan.divided(by: 3)
        #expect(parts.map { $0.slow?.clients ?? 0 } == [0, 1, 1])
        let whole = plan.ofSlowClients.map { Array(ListenerSetups($0)).map(\.seed) }
        #expect(parts.compactMap(\.ofSlowClients).flatMap { Array(ListenerSetups($0)).map(\.seed) } == whole)
    }

    @Test("only the last process gets an artificial clock, and each its own file of stamps")
    func faults() throws {
        var plan = Self.plan(clients: 6)
        plan.faults.clock = try ArtificialClock("5ms,50ppm")
        plan.stampsFile = "stamps"
        let parts = plan.divided(by: 3)
        #expect(parts.map { $0.faults.clock != nil } == [false, false, true])
        #expect(parts.map(\.stampsFile) == ["stamps.1", "stamps.2", "stamps.3"])
    }

    @Test("a plan moved to another clock has the same lengths")
    func moved() {
        var plan = Self.plan(clients: 1)
        plan.epoch = plan.times.start
        plan.outage = OutagePlan(
            begins: plan.times.windowStart, ends: plan.times.windowEnd, isBehindProxy: true)
        let moved = plan.moved(by: .seconds(-3))
        #expect(moved.times.start == plan.times.start + .seconds(-3))
        #expect(moved.times.windowEnd - moved.times.start == plan.times.windowEnd - plan.times.start)
        #expect(moved.epoch == moved.times.start)
        #expect(moved.outage?.begins == moved.times.windowStart && moved.outage?.isBehindProxy == true)
        #expect(moved.send?.start == moved.times.start)
        #expect(moved.moved(by: .seconds(3)).times == plan.times)
    }

    private static func firstMessage(_ setup: ListenerSetup) -> String {
        var text = ByteBuffer()
        setup.messages?.writeNext(into: &text)
        return String(buffer: text)
    }

    private static func firstKey(_ setup: ListenerSetup) -> [UInt8] {
        var keys = setup.maskKeys
        return keys.nextHandshakeKey()
    }

    private static func plan(clients: Int) -> LoadPlan {
        let zero = MonotonicInstant(nanoseconds: 5_000_000_000)
        var plan = LoadPlan(
            target: LoadTarget(port: 80), transport: "any", clients: clients, seed: 7,
            times: LoadTimes(start: zero, ramp: .seconds(1), windowStart: zero, windowEnd: zero + .seconds(10)))
        plan.seedsMasks = true
        plan.send = SendPlan(
            from: zero, lasting: .seconds(5), rate: ItemRate(items: 10, per: .seconds(1)), payloadBytes: 64)
        return plan
    }
}

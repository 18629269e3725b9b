import Host
import LoadGenerator
import Measurement
import Synchronization
import Testing

@testable import Lab

@Suite("Clients in several load processes")
struct SpreadLoadTests {
    private static let places = ["n1", "n2", "n3"].map { LoadPlace(name: $0, command: ["x"], isHere: false) }

    @Test("each process gets its share with the same instants, and the records are merged")
    func shares() async throws {
        let plans = Seen<LoadPlan>()
        let load = SpreadLoad(Self.places) { _ in
            FakeLoad { plan in
                plans.add(plan)
                var record = LoadRecord()
                record.exchanges.connects = UInt64(plan.clients)
                return record
            }
        }
        let record = try await load.whileReady { try await $0.run(Self.plan(clients: 8)) }
        #expect(record.exchanges.connects == 8)
        let seen = plans.all.sorted { ($0.share?.first ?? 0) < ($1.share?.first ?? 0) }
        #expect(seen.map(\.share) == [.init(first: 0, all: 8), .init(first: 2, all: 8), .init(first: 5, all: 8)])
        #expect(Set(seen.map(\.times.start)).count == 1)
        #expect(seen.allSatisfy { $0.processors == nil }, "the processors of other hosts are unknown")
    }

    @Test("processes on this machine share the processors that are for clients")
    func processors() async throws {
        let plans = Seen<LoadPlan>()
        let here = (1...3).map { LoadPlace(name: "process \($0)", command: ["x"], isHere: true) }
        let load = SpreadLoad(here) { _ in
            FakeLoad { plan in
                plans.add(plan)
                return LoadRecord()
            }
        }
        var plan = Self.plan(clients: 3)
        plan.processors = [6, 7]
        _ = try await load.whileReady { [plan] in try await $0.run(plan) }
        let seen = plans.all.sorted { ($0.share?.first ?? 0) < ($1.share?.first ?? 0) }
        #expect(seen.map(\.processors) == [[6], [7], [6]])
    }

    @Test("with fewer clients than processes, the others get no plan")
    func idle() async throws {
        let plans = Seen<LoadPlan>()
        let load = SpreadLoad(Self.places) { _ in
            FakeLoad { plan in
                plans.add(plan)
                return LoadRecord()
            }
        }
        _ = try await load.whileReady { try await $0.run(Self.plan(clients: 2)) }
        #expect(plans.all.count == 2)
    }

    @Test("all processes are ready before the body begins, and a body without a plan ends them")
    func ready() async throws {
        let log = EventLog()
        let load = SpreadLoad(Self.places) { LoggedLoad(name: $0.name, log: log) }
        #expect(
            try await load.whileReady { _ in
                log.add("body")
                return 5
            } == 5)
        #expect(log.events.prefix(3).sorted() == ["n1 ready", "n2 ready", "n3 ready"])
        #expect(log.events[3] == "body")
        #expect(log.events.suffix(3).sorted() == ["n1 ended", "n2 ended", "n3 ended"])
    }

    @Test("one failure fails the case with its place's name, and the others are stopped at once")
    func failure() async throws {
        let log = EventLog()
        let load = SpreadLoad(Self.places) { place in
            place.name == "n2"
                ? FakeLoad { _ in throw CaseFault.loadFailed(how: "exit code 7", complaint: "no luck") }
                : LoggedLoad(name: place.name, log: log) as any LoadExecutor
        }
        let start = MonotonicClock.now()
        let fault = await #expect(throws: CaseFault.self) {
            try await load.whileReady { try await $0.run(Self.plan(clients: 3)) }
        }
        #expect("\(try #require(fault))" == "n2: the load process failed (exit code 7): no luck")
        #expect(log.events.suffix(2).sorted() == ["n1 cancelled", "n3 cancelled"])
        #expect(MonotonicClock.now() - start < .seconds(20), "the others would have waited for a minute")
    }

    @Test("the failure of the body ends all processes and is reported without a place")
    func bodyFailure() async throws {
        let log = EventLog()
        let load = SpreadLoad(Self.places) { LoggedLoad(name: $0.name, log: log) }
        let fault = await #expect(throws: CaseFault.self) {
            try await load.whileReady { _ in throw CaseFault.serverDied(how: "signal 9", complaint: "") }
        }
        #expect("\(try #require(fault))" == "the server process ended during the case (signal 9)")
        #expect(log.events.count { $0.hasSuffix("ended") || $0.hasSuffix("cancelled") } == 3)
    }

    @Test("a process that stood still is named")
    func objections() async throws {
        let load = SpreadLoad(Self.places) { place in
            FakeLoad { _ in
                var record = LoadRecord()
                if place.name == "n3" { record.timeObjections = ["the load process stood still"] }
                return record
            }
        }
        let record = try await load.whileReady { try await $0.run(Self.plan(clients: 3)) }
        #expect(record.timeObjections == ["n3: the load process stood still"])
    }

    static func plan(clients: Int) -> LoadPlan {
        let zero = MonotonicInstant(nanoseconds: 1_000_000_000)
        return LoadPlan(
            target: LoadTarget(port: 1), transport: "websocket", clients: clients,
            times: LoadTimes(start: zero, windowStart: zero, windowEnd: zero + .seconds(1)))
    }
}

/// Values that several tasks add.
private final class Seen<Value: Sendable>: Sendable {
    // Guards the values.
    private let list = Mutex<[Value]>([])

    var all: [Value] { list.withLock { $0 } }
    func add(_ value: Value) { list.withLock { $0.append(value) } }
}

/// A load executor that says what happens to it, and whose plan takes a minute.
private struct LoggedLoad: LoadExecutor, ReadyLoad {
    let name: String
    let log: EventLog

    func whileReady<Value: Sendable>(
        _ body: @escaping @Sendable (any ReadyLoad) async throws -> Value
    ) async throws -> Value {
        log.add("\(name) ready")
        do {
            let value = try await body(self)
            log.add("\(name) ended")
            return value
        } catch {
            log.add("\(name) cancelled")
            throw error
        }
    }

    func run(_ plan: LoadPlan) async throws -> LoadRecord {
        try await Task.sleep(for: .seconds(60))
        return LoadRecord()
    }
}

import FeedServer
import Foundation
import Host
import Measurement
import Testing
import Transports
import WebSocketProtocol

@testable import LoadGenerator

@Suite("The plan of a load process")
struct LoadPlanTests {
    @Test(
        "an IPv6 address is put in brackets",
        arguments: [("127.0.0.1", "127.0.0.1:80"), ("::1", "[::1]:80"), ("a.example", "a.example:80")])
    func authority(host: String, authority: String) {
        #expect(plan(host: host).target.authority == authority)
    }

    @Test("a plan is unchanged after encoding and decoding")
    func coding() throws {
        let options = TransportOptions(["interval": .duration(.milliseconds(50)), "latest": .flag(true)])
        let sent = plan(host: "::1", options: options)
        let read = try JSONDecoder().decode(LoadPlan.self, from: JSONEncoder().encode(sent))
        #expect(read.options == options)
        #expect(read.target == sent.target)
        #expect(read.times == sent.times)
    }

    @Test("the same plan gives the same clients, spread over their interval")
    func setups() {
        let setups = Array(ListenerSetups(plan(clients: 100)))
        let again = Array(ListenerSetups(plan(clients: 100)))
        #expect(setups.map(\.phase) == again.map(\.phase))
        #expect(setups.map(\.seed) == again.map(\.seed))
        #expect(Set(setups.map(\.seed)).count == 100)
        #expect(Set(setups.map { Int($0.phase * 100) }).count == 100)
        #expect(setups.allSatisfy { (0..<1).contains($0.phase) })
        #expect(setups.map(\.seed) != Array(ListenerSetups(plan(clients: 100, seed: 2))).map(\.seed))
    }

    @Test("an unknown transport is rejected, and the error lists the known ones")
    func unknownTransport() async {
        var plan = plan()
        plan.transport = "carrier-pigeon"
        do {
            _ = try await LoadWorker.run(plan) { 0 }
            Issue.record("the plan was carried out")
        } catch {
            let names = TransportRegistry.standard.receiving.map { $0.name }
            #expect("\(error)" == "transport is 'carrier-pigeon'; allowed \(names.joined(separator: ", "))")
        }
    }

    @Test("more clients than the descriptor limit allows are rejected before the first one connects")
    func tooManyClients() async {
        var plan = plan(clients: 1)
        plan.clients = 1 << 40
        plan.transport = TransportRegistry.standard.push[0].name
        await #expect(throws: DescriptorLimitFault.self) { try await LoadWorker.run(plan) { 0 } }
    }

    @Test("counters are read at both edges of the window when no item is due there, and divided by the time between")
    func readings() {
        let zero = MonotonicInstant(nanoseconds: 1_000_000_000)
        let times = LoadTimes(start: zero, windowStart: zero + .seconds(1), windowEnd: zero + .seconds(3))
        #expect(times.secondReading - times.firstReading == .seconds(2))
        for rate in [1, 2, 4, 5, 10, 20, 25, 40, 50] {
            let period = 1_000 / Double(rate)
            let phase = ((times.windowStart - times.firstReading).seconds * 1_000)
                .truncatingRemainder(dividingBy: period)
            let margin = min(period / 10, 30)
            #expect(phase > margin && phase < period - margin, "an item is due at the reading of \(rate)/s")
        }
        var (first, second) = (Traffic(), Traffic())
        (first.bytes, first.requests, first.readAt) = (100, 3, times.firstReading)
        (second.bytes, second.requests, second.readAt) = (500, 5, times.firstReading + .milliseconds(2_040))
        let between = second.since(first)
        #expect((between.bytes, between.requests) == (400, 2))
        #expect(abs(between.seconds - 2.04) < 1e-9)
    }

    private func plan(
        host: String = "127.0.0.1", options: TransportOptions = TransportOptions(), clients: Int = 2, seed: UInt64 = 1
    ) -> LoadPlan {
        let zero = MonotonicInstant(nanoseconds: 0)
        return LoadPlan(
            target: LoadTarget(host: host, port: 80), transport: "any", options: options, clients: clients, seed: seed,
            times: LoadTimes(start: zero, windowStart: zero, windowEnd: zero + .seconds(1), patience: .seconds(2)))
    }
}

@Suite("Mask keys from the system's random numbers")
struct SystemMaskKeysTests {
    @Test("handshake keys differ within one system call, across several, and between two clients")
    func differ() {
        var (first, second) = (MaskKeySource.system, MaskKeySource.system)
        let keys = (0..<100).flatMap { _ in [first.nextHandshakeKey(), second.nextHandshakeKey()] }
        #expect(Set(keys).count == 200)
    }
}

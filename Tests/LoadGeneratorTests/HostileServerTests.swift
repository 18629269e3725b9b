import Feed
import FeedServer
import Foundation
import Glibc
import Host
import Measurement
import Testing
import Transports
import WireAccounting

@testable import LoadGenerator

@Suite("HTTP clients of a server that does not answer properly", .timeLimit(.minutes(1)))
struct HostileServerTests {
    @Test("missing response headers are an objection once they are due", arguments: ["sse", "short-poll"])
    func silent(transport: String) async throws {
        let server = try CannedHTTP(answer: "")
        let record = try await LoadWorker.run(plan(server.port, transport, window: .milliseconds(1_100))) { nil }
        #expect(record.rowObjections.count == 1)
        #expect(record.rowObjections.first?.hasPrefix("2 clients received no response headers in time") == true)
    }

    @Test("a poll within its hold time is not overdue")
    func held() async throws {
        let server = try CannedHTTP(answer: "")
        let record = try await LoadWorker.run(plan(server.port, "long-poll", window: .milliseconds(1_100))) { nil }
        #expect(record.rowObjections == [])
        #expect(record.errors == 0)
    }

    @Test("repeated immediate empty answers are an objection, and the client pauses between its polls")
    func instantEmptyAnswers() async throws {
        let server = try CannedHTTP(answer: "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        let record = try await LoadWorker.run(plan(server.port, "long-poll", window: .milliseconds(500))) { nil }
        #expect(record.rowObjections.count == 1)
        #expect(record.rowObjections.first?.contains("polls got an empty answer before half of their hold") == true)
        #expect(record.exchanges.requests < 40)
    }

    @Test(
        "a client of a proxy without a server tries again, over a new connection if it needs one",
        arguments: ["websocket", "sse", "long-poll"])
    func proxyWithoutServer(transport: String) async throws {
        let server = try CannedHTTP(answer: "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n")
        var plan = try plan(server.port, transport, window: .milliseconds(500))
        plan.reconnect = ReconnectPolicy(wait: .milliseconds(50), backsOff: false, hasJitter: false)
        let record = try await LoadWorker.run(plan) { nil }
        #expect(record.errors > 4 && record.errors <= 20, "\(record.errors)")
        #expect(record.faults.count == 1)
        #expect(record.faults.first?.contains("the server answered 503") == true)
        // The proxy keeps its connections open, but a WebSocket whose handshake failed is closed.
        if transport == "websocket" { #expect(record.exchanges.connects > 4) }
        #expect(Conservation(of: record.ledger, against: record.kernel).complaints == [])
        let now = MonotonicClock.now()
        plan.times.windowEnd = now + .milliseconds(500)
        plan.outage = OutagePlan(begins: now - .seconds(1), ends: now + .seconds(1), isBehindProxy: true)
        let excused = try await LoadWorker.run(plan) { nil }
        #expect(excused.errors == 0 && excused.faults == [])
    }

    private func plan(_ port: Int, _ transport: String, window: Duration) throws -> LoadPlan {
        let now = MonotonicClock.now()
        let type = try #require(TransportRegistry.standard.push(named: transport))
        return LoadPlan(
            target: LoadTarget(port: port), transport: transport, options: type.defaultOptions, clients: 2,
            times: LoadTimes(start: now - .seconds(1), windowStart: now, windowEnd: now + window))
    }
}

@Suite("What a server reports about its feed after the window", .timeLimit(.minutes(1)))
struct FeedAccountTests {
    @Test("the last item due within the window counts, however many follow, but never one before the cursor")
    func known() async throws {
        var configuration = FeedServerConfiguration()
        configuration.feed = .synthetic(
            FeedGenerator(payloadBytes: 32, period: .milliseconds(1), arrivals: .constant, seed: 1))
        configuration.feedDuration = .milliseconds(200)
        let server = try await FeedServer.start(configuration)
        let probe = ServerProbe(host: "127.0.0.1", port: server.port)
        var plan = plan(server.port, windowEnd: server.epoch + .microseconds(50_500))
        plan.epoch = server.epoch
        plan.server = ServerIdentity(try probe.status())
        try await MonotonicClock.sleep(until: server.epoch + .milliseconds(200))
        #expect(await probe.account(plan) == .known(last: 50, hasEnded: false))
        plan.times.windowEnd = server.epoch + .milliseconds(50)
        #expect(await probe.account(plan) == .known(last: 49, hasEnded: false))
        plan.cursor = 120
        #expect(await probe.account(plan) == .known(last: 120, hasEnded: false))
        plan.times.windowEnd = server.epoch + .seconds(1)
        #expect(await probe.account(plan) == .known(last: 199, hasEnded: true))
        await server.stop()
        #expect(await probe.account(plan) == .lost("the server stopped answering within the run"))
    }

    @Test("a restarted server is detected; a server that reported nothing at the start is not queried")
    func restarted() async throws {
        let first = try await FeedServer.start(FeedServerConfiguration())
        let second = try await FeedServer.start(FeedServerConfiguration())
        let firstStatus = try ServerProbe(host: "127.0.0.1", port: first.port).status()
        await first.stop()
        var plan = plan(second.port, windowEnd: MonotonicClock.now())
        let probe = ServerProbe(host: "127.0.0.1", port: second.port)
        #expect(await probe.account(plan) == .unknown)
        plan.server = ServerIdentity(firstStatus)
        #expect(await probe.account(plan) == .lost("the server was restarted within the run"))
        await second.stop()
    }

    @Test("another server of the same stream knows the last item; one of another stream does not")
    func otherServerOfStream() async throws {
        var status = ServerStatus()
        (status.epochNanoseconds, status.processID, status.isSourceConnected, status.newest) = (5, 7, true, 42)
        let server = try CannedHTTP(json: JSONEncoder().encode(status))
        let probe = ServerProbe(host: "127.0.0.1", port: server.port)
        var plan = plan(server.port, windowEnd: MonotonicClock.now())
        status.processID = 8
        plan.server = ServerIdentity(status)
        #expect(await probe.account(plan) == .known(last: 42, hasEnded: false))
        status.epochNanoseconds = 6
        plan.server = ServerIdentity(status)
        #expect(await probe.account(plan) == .lost("the server was restarted within the run"))
    }

    @Test("a server of a stream that does not answer is asked again, because another one may answer")
    func nextServerOfStream() async throws {
        var status = ServerStatus()
        status.isSourceConnected = true
        let port = try LoopbackListener(backlog: nil)
        defer { close(port.socket) }
        var plan = plan(port.port, windowEnd: MonotonicClock.now())
        plan.times.patience = .milliseconds(200)
        plan.server = ServerIdentity(status)
        #expect(
            await ServerProbe(plan.target).account(plan) == .lost("the server stopped answering within the run"))
        #expect(MonotonicClock.now() >= plan.times.windowEnd + plan.times.patience)
    }

    @Test("items that another program writes are all published once one is due after the window, or it stays silent")
    func writtenElsewhere() {
        var status = ServerStatus()
        let end = MonotonicInstant(nanoseconds: 1_000)
        func isAll(newestDue: Int64?, isLate: Bool) -> Bool {
            status.hasPublishedAll(dueBefore: end, isLate: isLate) {
                newestDue.map { MonotonicInstant(nanoseconds: $0) }
            }
        }
        status.isSourceConnected = true
        #expect(isAll(newestDue: 1_000, isLate: false))
        #expect(!isAll(newestDue: 999, isLate: false))
        #expect(!isAll(newestDue: nil, isLate: false))
        #expect(isAll(newestDue: 999, isLate: true) && isAll(newestDue: nil, isLate: true))
        status.isSourceConnected = false
        #expect(!isAll(newestDue: 999, isLate: true))
        #expect(isAll(newestDue: 1_000, isLate: true))
        status.isSourceConnected = nil
        #expect(isAll(newestDue: nil, isLate: false))
        status.nextDueNanoseconds = 999
        #expect(!isAll(newestDue: 2_000, isLate: true))
    }

    @Test("a feed without further items lasts for its duration: its streams do not end one second after the last item")
    func quiet() async throws {
        let (server, plan) = try await start(
            "sse", period: .seconds(60), lasting: .milliseconds(1_500), window: .milliseconds(1_300))
        let record = try await LoadWorker.run(plan, asking: ServerProbe(plan.target))
        await server.stop()
        #expect(record.faults == [])
        #expect(record.errors == 0 && record.rowObjections == [])
        #expect(record.deliveries == DeliveryTotals(clients: 2))
    }

    @Test("the feed continues after the window, and items due later are counted separately")
    func goesOn() async throws {
        let (server, plan) = try await start(
            "websocket", period: .milliseconds(5), lasting: .seconds(2), window: .milliseconds(200))
        let record = try await LoadWorker.run(plan, asking: ServerProbe(plan.target))
        await server.stop()
        #expect(record.errors == 0 && record.rowObjections == [])
        #expect(record.lastSequence == 39)
        #expect(record.deliveries == DeliveryTotals(clients: 2, expected: 78, delivered: 78, unique: 78))
        #expect(record.latency.count == 78)
        #expect(record.ledger.payloadBytes == 32 * (78 + Int64(record.deliveredAfterWindow)))
    }

    private func start(
        _ transport: String, period: Duration, lasting duration: Duration, window: Duration
    ) async throws -> (FeedServer, LoadPlan) {
        var configuration = FeedServerConfiguration()
        configuration.feed = .synthetic(
            FeedGenerator(payloadBytes: 32, period: period, arrivals: .constant, seed: 1))
        configuration.feedDelay = .milliseconds(100)
        configuration.feedDuration = duration
        let server = try await FeedServer.start(configuration)
        var plan = plan(server.port, windowEnd: server.epoch + window)
        (plan.transport, plan.clients, plan.epoch) = (transport, 2, server.epoch)
        (plan.times.start, plan.times.windowStart) = (MonotonicClock.now(), server.epoch)
        plan.server = ServerIdentity(try ServerProbe(plan.target).status())
        return (server, plan)
    }

    private func plan(_ port: Int, windowEnd: MonotonicInstant) -> LoadPlan {
        LoadPlan(
            target: LoadTarget(port: port), transport: "websocket", clients: 1,
            times: LoadTimes(start: windowEnd, windowStart: windowEnd, windowEnd: windowEnd, patience: .seconds(1)))
    }
}

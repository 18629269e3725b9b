import FeedServer
import Host
import Measurement
import Testing
import Transports

@testable import LoadGenerator

@Suite("Whether clients had contact with the server", .timeLimit(.minutes(1)))
struct ContactTests {
    @Test(
        "clients of a server that never answers had none, however short the run",
        arguments: ["short-poll", "http-stream", "sse", "websocket"])
    func silentServer(transport: String) async throws {
        let server = try CannedHTTP(answer: "")
        let record = try await LoadWorker.run(plan(server.port, transport)) { nil }
        #expect(!record.hasContact && record.unanswered == 2)
        #expect(record.errors == 0)
    }

    @Test("a server may hold a long poll that it was sent, but has to let clients connect")
    func longPoll() async throws {
        let server = try CannedHTTP(answer: "")
        var plan = try plan(server.port, "long-poll")
        let held = try await LoadWorker.run(plan) { nil }
        #expect(held.hasContact && held.unanswered == 0)
        // The handshake of TLS gets no answer.
        plan.target.tls = .anyone
        let record = try await LoadWorker.run(plan) { nil }
        #expect(!record.hasContact && record.unanswered == 2)
    }

    @Test("a handshake that takes longer than 1 s is an objection")
    func handshake() async throws {
        let server = try CannedHTTP(answer: "")
        let record = try await LoadWorker.run(plan(server.port, "websocket", window: .milliseconds(1_300))) { nil }
        #expect(record.rowObjections.count == 1)
        let objection = record.rowObjections.first ?? ""
        #expect(objection.hasPrefix("2 clients did not complete the handshake in time; the longest wait was "))
    }

    @Test(
        "clients of a server whose feed is silent had contact",
        arguments: TransportRegistry.standard.push.map { $0.name })
    func silentFeed(transport: String) async throws {
        var configuration = FeedServerConfiguration()
        configuration.feed = .pushed
        let server = try await FeedServer.start(configuration)
        let record = try await LoadWorker.run(plan(server.port, transport)) { nil }
        await server.stop()
        #expect(record.hasContact && record.unanswered == 0)
        #expect(record.errors == 0 && record.rowObjections == [])
    }

    private func plan(_ port: Int, _ transport: String, window: Duration = .milliseconds(400)) throws -> LoadPlan {
        let now = MonotonicClock.now()
        let type = try #require(TransportRegistry.standard.push(named: transport))
        var options = type.defaultOptions
        if transport == ShortPolling.name { options[ShortPolling.interval] = .milliseconds(100) }
        return LoadPlan(
            target: LoadTarget(port: port), transport: transport, options: options, clients: 2,
            times: LoadTimes(start: now, windowStart: now, windowEnd: now + window))
    }
}

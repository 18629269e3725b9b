import Dissection
import Feed
import FeedServer
import Host
import Measurement
import Synchronization
import Testing
import Transports
import WireAccounting

@testable import LoadGenerator

@Suite("One client whose messages are explained", .timeLimit(.minutes(1)))
struct LiveDissectionTests {
    @Test("it shows no more messages than asked for, although a whole history arrives at once")
    func history() async throws {
        var configuration = FeedServerConfiguration()
        configuration.feed = .synthetic(
            FeedGenerator(payloadBytes: 32, period: .milliseconds(1), arrivals: .constant, seed: 1))
        let server = try await FeedServer.start(configuration)
        try await MonotonicClock.sleep(until: server.epoch + .milliseconds(300))
        for transport in TransportRegistry.standard.push where transport.pacing == .feed {
            let shown = Shown()
            let result = try await live(server.port, transport, messages: 3).run { shown.add($0) }
            #expect(shown.down == 3, "\(transport.name)")
            #expect(result.counts.items > 3, "\(transport.name)")
            // The others send a history in few chunks, each of which is a message.
            if ["websocket", "raw-tcp"].contains(transport.name) { #expect(result.unshown > 0, "\(transport.name)") }
        }
        await server.stop()
    }

    @Test("it counts the chunks that one read brings beyond those asked for")
    func chunks() async throws {
        let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        let server = try CannedHTTP(answer: head + String(repeating: "5\r\nhello\r\n", count: 5))
        let shown = Shown()
        let result = try await live(server.port, ServerSentEvents.self, messages: 3).run { shown.add($0) }
        #expect(shown.down == 3 && result.unshown == 3)
    }

    @Test("an answer that is not HTTP is an error that shows its first line")
    func notHTTP() async throws {
        let server = try CannedHTTP(answer: "hello world\nhello world\n")
        let error = await #expect(throws: LiveFault.self) {
            _ = try await live(server.port, ServerSentEvents.self, messages: 3).run { _ in true }
        }
        #expect(
            error?.description == "the server's answer is not an HTTP/1.1 response; it begins with 'hello world'")
    }

    @Test("cancelled, it ends the connection and returns the sums")
    func cancelled() async throws {
        let server = try await FeedServer.start(FeedServerConfiguration())
        let began = MonotonicClock.now()
        let live = try live(server.port, WebSocketPush.self, messages: 10_000)
        let task = Task { try await live.run { _ in true } }
        try await MonotonicClock.sleep(until: began + .milliseconds(400))
        task.cancel()
        let result = try await task.value
        await server.stop()
        #expect(result.wasStopped && result.counts.requests == 1)
        #expect(MonotonicClock.now() - began < .seconds(3))
    }

    @Test("it ends when its output is no longer read")
    func unread() async throws {
        let server = try await FeedServer.start(FeedServerConfiguration())
        let began = MonotonicClock.now()
        _ = try await live(server.port, ServerSentEvents.self, messages: 10_000).run { _ in false }
        await server.stop()
        #expect(MonotonicClock.now() - began < .seconds(3))
    }

    private func live(_ port: Int, _ transport: any PushTransport.Type, messages: Int) throws -> LiveDissection {
        try LiveDissection(
            host: "127.0.0.1", port: port, transport: transport, messages: messages, duration: .seconds(10))
    }

    /// Messages of the server, without the Close of a WebSocket.
    private final class Shown: Sendable {
        // Guards the number, which the client's thread changes.
        private let number = Mutex(0)

        var down: Int { number.withLock { $0 } }

        func add(_ message: DissectedMessage) -> Bool {
            if message.direction == .down, message.bytes.first != 0x88 { number.withLock { $0 += 1 } }
            return true
        }
    }
}

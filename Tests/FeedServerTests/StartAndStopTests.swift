import FeedServer
import Foundation
import Host
import Measurement
import Testing
import Transports

@Suite("Start and stop of the server", .timeLimit(.minutes(1)))
struct StartAndStopTests {
    @Test("a port in use is reported")
    func portInUse() async throws {
        try await withServer { server in
            var configuration = FeedServerConfiguration()
            configuration.port = server.port
            do {
                let second = try await FeedServer.start(configuration)
                await second.stop()
                Issue.record("two servers listen on one port")
            } catch {
                #expect("\(error)".contains("the port is in use"))
            }
        }
    }

    @Test("an address of another machine is an error")
    func foreignAddress() async throws {
        var configuration = FeedServerConfiguration()
        configuration.host = "192.0.2.1"
        await #expect(throws: (any Error).self) { try await FeedServer.start(configuration) }
    }

    @Test("the first accepted request gets a whole response")
    func firstRequest() async throws {
        let former = try await startServer()
        let port = former.port
        await former.stop(patience: .zero)
        for _ in 0..<5 {
            let client = Task { try await blocking { try Self.firstAnswer(port: port) } }
            let server = try await startServer { $0.port = port }
            let text = try await client.value
            #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(text.contains("\"epoch_ns\""))
            await server.stop(patience: .zero)
        }
    }

    /// Sends a request as soon as the port accepts connections.
    private static func firstAnswer(port: Int) throws -> String {
        let deadline = MonotonicClock.now() + .seconds(30)
        while MonotonicClock.now() < deadline {
            guard let connection = try? RawConnection(port: port) else {
                usleep(500)
                continue
            }
            try connection.send("GET /feed/schedule HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            return connection.readToEnd().text
        }
        throw RawConnection.Failure(what: "nothing listens")
    }

    @Test("stopping closes WebSockets with 1001, answers held polls and returns in time", arguments: [1, 2])
    func stops(threads: Int) async throws {
        var configuration = FeedServerConfiguration()
        configuration.threads = threads
        configuration.feed = .pushed
        let server = try await FeedServer.start(configuration)
        let port = server.port
        let clients = try await blocking { try Clients(port: port) }
        async let seen = blocking { try clients.readEnds() }
        let before = MonotonicClock.now()
        await server.stop(patience: .seconds(30))
        let taken = MonotonicClock.now() - before
        try await seen
        // All clients close, so the server does not wait for its whole patience, on a busy machine either.
        #expect(taken < .seconds(25))
        await #expect(throws: RawConnection.Failure.self) { try await blocking { _ = try RawConnection(port: port) } }
    }

    // These clients never close, so a server that waited for them would exceed this suite's time limit.
    @Test("clients that do not answer cannot delay the stop")
    func stopsInSpiteOfSilence() async throws {
        var configuration = FeedServerConfiguration()
        configuration.feed = .pushed
        let server = try await FeedServer.start(configuration)
        let port = server.port
        let clients = try await blocking { try Clients(port: port) }
        let before = MonotonicClock.now()
        await server.stop(patience: .milliseconds(300))
        #expect(MonotonicClock.now() - before < .seconds(20))
        _ = clients
    }

    @Test("lanes behind a slow network cannot delay the stop, and their clients see an end")
    func stopsLanes() async throws {
        let server = try await startServer {
            $0.page = PageConfiguration(controlToken: PageServer.token)
            slowFeed(&$0)
        }
        let port = server.port
        let clients = try await blocking {
            let setup: PageServer.Setup = try PageServer.ask(port, "/page/setup.json")
            let early = try setup.lanes.map { try RawConnection(port: $0.port) }
            for client in early { #expect(try client.exchange("/stream?lane=a").status == 200) }
            #expect(try PageServer.post(port, "/control", #"{"network": "rtt=2s"}"#).status == 200)
            let listener = try RawConnection(port: port)
            #expect(try listener.exchange("/control/events").status == 200)
            let late = try setup.lanes.map { try RawConnection(port: $0.port) }
            return OpenConnections(early + [listener] + late)
        }
        let before = MonotonicClock.now()
        await server.stop(patience: .milliseconds(100))
        #expect(MonotonicClock.now() - before < .seconds(20))
        try await blocking {
            for client in clients.all { #expect(client.readToEnd().end != .silent) }
        }
    }
}

/// Passed between threads; only one thread uses it at a time.
private final class OpenConnections: @unchecked Sendable {
    let all: [RawConnection]

    init(_ all: [RawConnection]) { self.all = all }
}

/// One client of each kind. Passed between threads; only one thread uses it at a time.
private final class Clients: @unchecked Sendable {
    private let socket: RawConnection
    private let held: RawConnection
    private let idle: RawConnection
    private let silent: RawConnection

    init(port: Int) throws {
        socket = try RawConnection(port: port)
        #expect(try socket.upgrade("/ws").status == 101)
        silent = try RawConnection(port: port)
        idle = try RawConnection(port: port)
        #expect(try idle.exchange("/healthz").status == 200)
        held = try RawConnection(port: port)
        try held.send("GET /long-poll HTTP/1.1\r\nHost: a\r\n\r\n")
        // With these responses, the held poll has been read by its loop, or will be read before the stop.
        for _ in 0..<20 { #expect(try idle.exchange("/stats").status == 200) }
    }

    func readEnds() throws {
        let close = try socket.readFrame()
        #expect(close.first == 0x88)
        #expect(close.payload == [0x03, 0xe9] + Array("the server stops".utf8))
        // A client's Close with masking key 0.
        try socket.send([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe9])
        #expect(socket.readToEnd().end == .closed)
        let answer = try held.readResponse()
        #expect(answer.status == 204)
        #expect(answer["connection"] == "close")
        for connection in [held, idle, silent] { #expect(connection.readToEnd().end == .closed) }
    }
}

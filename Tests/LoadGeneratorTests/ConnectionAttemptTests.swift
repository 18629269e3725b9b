import Host
import Measurement
import NIOCore
import NIOPosix
import Synchronization
import Testing
import Transports

@testable import LoadGenerator

@Suite("A connection that opens when its attempt has already failed", .timeLimit(.minutes(1)))
struct ConnectionAttemptTests {
    @Test("what comes first counts, and the clients try again once")
    func first() {
        var opened = ConnectionAttempt()
        let (opens, triesAgain) = (opened.opens(), opened.fails())
        #expect(opens && !triesAgain && !opened.isAbandoned)
        var failed = ConnectionAttempt()
        let (triesOnce, opensLater, triesTwice) = (failed.fails(), failed.opens(), failed.fails())
        #expect(triesOnce && !opensLater && !triesTwice && failed.isAbandoned)
    }

    @Test("the client sees no event of an abandoned connection, which is closed", arguments: [true, false])
    func abandoned(hasFailed: Bool) async throws {
        let server = try LoopbackListener(backlog: 8)
        defer { Descriptor.close(server.socket) }
        let now = MonotonicClock.now()
        let plan = LoadPlan(
            // A host name, so that the fleet uses channels.
            target: LoadTarget(host: "localhost", port: server.port), transport: "websocket", clients: 1,
            times: LoadTimes(start: now, windowStart: now, windowEnd: now))
        let type = try #require(TransportRegistry.standard.push(named: "websocket"))
        let fleet = try #require(try LoadWorker.makeFleet(plan, type) as? SocketFleet)
        let events = Events()
        let channel = try await ClientBootstrap(group: fleet.eventLoop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let connection = ClientConnection(fleet: fleet, carriesHTTP2: false, isEncrypted: false)
                    if hasFailed { _ = connection.openingFailed() }
                    try channel.pipeline.syncOperations.addHandlers([connection, EventProbe(events)])
                }
            }
            .connect(host: "127.0.0.1", port: server.port).get()
        if !hasFailed { try await channel.close() }
        try await channel.closeFuture.get()
        #expect(events.all == (hasFailed ? [] : ["active", "inactive"]))
        _ = await fleet.finish(through: 0, by: .unknown)
    }
}

/// The events that a client would see, in order.
private final class Events: Sendable {
    // Guards the events.
    private let seen = Mutex<[String]>([])

    var all: [String] { seen.withLock { $0 } }

    func add(_ event: String) { seen.withLock { $0.append(event) } }
}

private final class EventProbe: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let events: Events

    init(_ events: Events) { self.events = events }

    func channelActive(context: ChannelHandlerContext) { events.add("active") }
    func channelInactive(context: ChannelHandlerContext) { events.add("inactive") }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { events.add("error") }
}

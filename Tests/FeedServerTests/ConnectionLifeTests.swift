import Measurement
import Testing

@testable import FeedServer

@Suite("The life of a connection")
struct ConnectionLifeTests {
    @Test(
        "a deadline is when the time is over, and not a nanosecond earlier",
        arguments: [
            // Opened at 0 s; head timeout 10 s, idle timeout 120 s.
            Overdue("a connection that says nothing", 10, .closeNow) { _ in },
            Overdue("a head that began at 1 s wins no time", 10, .refuseLateHead) { $0.headBegan(at: at(1)) },
            Overdue("a connection without a further request", 125, .closeNow) { $0.served(at: at(5)) },
            Overdue("a further head that began at 20 s", 30, .refuseLateHead) {
                $0.served(at: at(5))
                $0.headBegan(at: at(20))
                $0.headBegan(at: at(25))
            },
            Overdue("a head that began as the idle time ran out", 125, .refuseLateHead) {
                $0.served(at: at(5))
                $0.headBegan(at: at(124))
            },
            Overdue("a body to be published", 15, .closeNow) { $0.bodyAwaited(isLong: false, at: at(5)) },
            Overdue("a body to be sent back", 125, .closeNow) { $0.bodyAwaited(isLong: true, at: at(5)) },
            Overdue("a body to be thrown away", 125, .closeNow) {
                _ = $0.responseWritten(closing: false, unreadBodyBytes: 9, at: at(5))
                _ = $0.bodySkipped(8, closing: false, at: at(6))
            },
            Overdue("a peer that does not answer our end", 9, .closeNow) { _ = $0.close(at: at(5)) },
            Overdue("a peer that answers a Close with something else", 9, .closeNow) {
                $0.exchangeBegan()
                $0.peerAwaited(at: at(5))
                $0.peerAwaited(at: at(8))
            },
        ])
    func overdue(_ row: Overdue) {
        var life = opened()
        row.events(&life)
        #expect(life.clockReached(at(row.seconds) - .nanoseconds(1)) == .goOn)
        #expect(life.clockReached(at(row.seconds)) == row.action)
    }

    @Test("an exchange and an answer may take hours")
    func unbounded() {
        var life = opened()
        life.exchangeBegan()
        #expect(life.clockReached(at(1_000_000)) == .goOn)
        life.answerAwaited()
        #expect(life.clockReached(at(1_000_000)) == .goOn)
    }

    @Test(
        "the peer's end and the server's end what is not in the middle of an answer",
        arguments: [
            Ending("before a request", peer: .closeOnceWritten, server: .closeOutput) { _ in },
            Ending("in a body to be thrown away", peer: .closeOnceWritten, server: .closeOutput) {
                _ = $0.responseWritten(closing: false, unreadBodyBytes: 9, at: at(1))
            },
            Ending("in a body to be published", peer: .closeOnceWritten, server: .closeOutput) {
                $0.bodyAwaited(isLong: false, at: at(1))
            },
            Ending("in an exchange", peer: .closeNow, server: .goOn) { $0.exchangeBegan() },
            Ending("before an answer", peer: .goOn, server: .goOn) { $0.answerAwaited() },
            Ending("after our own", peer: .goOn, server: .goOn) { _ = $0.close(at: at(1)) },
        ])
    func endings(_ row: Ending) {
        var left = opened()
        row.events(&left)
        #expect(left.peerEnded(at: at(2)) == row.peer)
        var stopped = opened()
        row.events(&stopped)
        #expect(stopped.serverStopping(at: at(2)) == row.server)
    }

    @Test("a peer that has ended is still answered, and then nothing unwritten is lost")
    func answeredAfterTheEnd() {
        var life = opened()
        life.answerAwaited()
        #expect(life.peerEnded(at: at(1)) == .goOn)
        #expect(life.responseWritten(closing: false, at: at(2)) == .goOn)
        #expect(life.answerGiven(at: at(2)) == .closeOnceWritten)
        #expect(life.state == .closing)
        #expect(life.outputClosed() == .closeNow)
    }

    @Test("a peer that has not ended has its time after our end")
    func ourEndFirst() {
        var life = opened()
        #expect(life.answerGiven(at: at(1)) == .goOn)
        #expect(life.responseWritten(closing: true, at: at(1)) == .closeOutput)
        #expect(life.outputClosed() == .goOn)
        #expect(life.peerEnded(at: at(2)) == .goOn)
        #expect(life.outputClosed() == .closeNow)
    }

    @Test("a body is thrown away to its last byte, then the next request may come")
    func skipping() {
        var life = opened()
        #expect(life.responseWritten(closing: false, unreadBodyBytes: 9, at: at(1)) == .goOn)
        #expect(life.bodySkipped(4, closing: false, at: at(1)) == .goOn)
        #expect(life.state == .skippingBody(remaining: 5))
        #expect(life.bodySkipped(5, closing: false, at: at(1)) == .goOn)
        #expect(life.state == .awaitingRequest)
    }

    @Test("a server that stops takes no request after the body")
    func stoppingBehindABody() {
        var life = opened()
        _ = life.responseWritten(closing: false, unreadBodyBytes: 9, at: at(1))
        #expect(life.bodySkipped(9, closing: true, at: at(1)) == .closeOutput)
    }

    @Test(
        "64 KiB may wait for a response before theirs",
        arguments: zip([65_536, 65_537], [.goOn, .closeNow] as [ConnectionLife.Action]))
    func pipelining(bytes: Int, action: ConnectionLife.Action) {
        #expect(opened().pipelined(bytes) == action)
    }
}

/// When a connection that has been through these events is overdue, in seconds, and what then.
struct Overdue: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let seconds: Int
    let action: ConnectionLife.Action
    let events: @Sendable (inout ConnectionLife) -> Void

    init(
        _ name: String, _ seconds: Int, _ action: ConnectionLife.Action,
        _ events: @escaping @Sendable (inout ConnectionLife) -> Void
    ) {
        testDescription = name
        self.seconds = seconds
        self.action = action
        self.events = events
    }
}

/// What the peer's end and the server's lead to after these events.
struct Ending: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let peer: ConnectionLife.Action
    let server: ConnectionLife.Action
    let events: @Sendable (inout ConnectionLife) -> Void

    init(
        _ name: String, peer: ConnectionLife.Action, server: ConnectionLife.Action,
        _ events: @escaping @Sendable (inout ConnectionLife) -> Void
    ) {
        testDescription = name
        self.peer = peer
        self.server = server
        self.events = events
    }
}

private func at(_ seconds: Int) -> MonotonicInstant {
    MonotonicInstant(nanoseconds: 0) + .seconds(seconds)
}

private func opened() -> ConnectionLife {
    ConnectionLife(headTimeout: .seconds(10), idleTimeout: .seconds(120), openedAt: at(0))
}

extension ConnectionLife {
    fileprivate mutating func served(at now: MonotonicInstant) {
        exchangeBegan()
        #expect(responseWritten(closing: false, at: now) == .goOn)
    }
}

import Measurement
import Testing

@testable import FeedServer

@Suite("Deadlines and end of a connection")
struct ConnectionLifeTests {
    @Test(
        "a deadline passes on time, and not 1 ns earlier",
        arguments: [
            // Opened at 0 s; head timeout 10 s, idle timeout 120 s.
            Overdue("a connection that sends nothing", 10, .closeNow) { _ in },
            Overdue("headers that began at 1 s get no extra time", 10, .refuseLateHead) { $0.headBegan(at: at(1)) },
            Overdue("a connection without a second request", 125, .closeNow) { $0.served(at: at(5)) },
            Overdue("headers of a second request that began at 20 s", 30, .refuseLateHead) {
                $0.served(at: at(5))
                $0.headBegan(at: at(20))
                $0.headBegan(at: at(25))
            },
            Overdue("headers that began just before the idle timeout", 125, .refuseLateHead) {
                $0.served(at: at(5))
                $0.headBegan(at: at(124))
            },
            Overdue("a body to be published", 15, .closeNow) { $0.bodyAwaited(isLong: false, at: at(5)) },
            Overdue("a body to be echoed", 125, .closeNow) { $0.bodyAwaited(isLong: true, at: at(5)) },
            Overdue("a body to be discarded", 125, .closeNow) {
                _ = $0.responseWritten(closing: false, unreadBodyBytes: 9, at: at(5))
                _ = $0.bodySkipped(8, closing: false, at: at(6))
            },
            Overdue("a peer that does not close after us", 9, .closeNow) { _ = $0.close(at: at(5)) },
            Overdue("a peer that does not answer our Close", 9, .closeNow) {
                $0.exchangeBegan()
                $0.peerAwaited(at: at(5))
                $0.peerAwaited(at: at(8))
            },
        ])
    func overdue(_ row: Overdue) {
        var life = opened()
        row.events(&life)
        #expect(life.clockReached(at(row.seconds) - .nanoseconds(1), unwrittenBytes: 0) == .goOn)
        #expect(life.clockReached(at(row.seconds), unwrittenBytes: 0) == row.action)
    }

    @Test("while the peer takes some of the output, the time begins again")
    func slowReader() {
        var life = opened()
        life.served(at: at(5))
        #expect(life.clockReached(at(125), unwrittenBytes: 900) == .goOn)
        #expect(life.clockReached(at(245), unwrittenBytes: 899) == .goOn)
        #expect(life.clockReached(at(364), unwrittenBytes: 899) == .goOn)
        #expect(life.clockReached(at(365), unwrittenBytes: 899) == .closeNow)
        _ = life.close(at: at(365))
        #expect(life.clockReached(at(369), unwrittenBytes: 5) == .goOn)
        #expect(life.clockReached(at(373), unwrittenBytes: 4) == .goOn)
        #expect(life.outputClosed(at: at(374)) == .goOn)
        #expect(life.clockReached(at(377), unwrittenBytes: 0) == .goOn)
        #expect(life.clockReached(at(378), unwrittenBytes: 0) == .closeNow)
    }

    @Test("an exchange and a collected response have no deadline")
    func unbounded() {
        var life = opened()
        life.exchangeBegan()
        #expect(life.clockReached(at(1_000_000), unwrittenBytes: 0) == .goOn)
        life.answerAwaited()
        #expect(life.clockReached(at(1_000_000), unwrittenBytes: 0) == .goOn)
    }

    @Test(
        "the end of the peer or the server closes a connection without a pending response",
        arguments: [
            Ending("before a request", peer: .closeOnceWritten, server: .closeOutput) { _ in },
            Ending("within a body to be discarded", peer: .closeOnceWritten, server: .closeOutput) {
                _ = $0.responseWritten(closing: false, unreadBodyBytes: 9, at: at(1))
            },
            Ending("within a body to be published", peer: .closeOnceWritten, server: .closeOutput) {
                $0.bodyAwaited(isLong: false, at: at(1))
            },
            Ending("within an exchange", peer: .closeOnceWritten, server: .goOn) { $0.exchangeBegan() },
            Ending("before a collected response", peer: .goOn, server: .goOn) { $0.answerAwaited() },
            Ending("after our own end", peer: .goOn, server: .goOn) { _ = $0.close(at: at(1)) },
        ])
    func endings(_ row: Ending) {
        var left = opened()
        row.events(&left)
        #expect(left.peerEnded(at: at(2)) == row.peer)
        var stopped = opened()
        row.events(&stopped)
        #expect(stopped.serverStopping(at: at(2)) == row.server)
    }

    @Test("a peer that has closed its half still gets its whole response")
    func answeredAfterTheEnd() {
        var life = opened()
        life.answerAwaited()
        #expect(life.peerEnded(at: at(1)) == .goOn)
        #expect(life.responseWritten(closing: false, at: at(2)) == .goOn)
        #expect(life.answerGiven(at: at(2)) == .closeOnceWritten)
        #expect(life.state == .closing)
        #expect(life.outputClosed(at: at(2)) == .closeNow)
    }

    @Test("a peer that has not closed its half gets time after our end")
    func ourEndFirst() {
        var life = opened()
        #expect(life.answerGiven(at: at(1)) == .goOn)
        #expect(life.responseWritten(closing: true, at: at(1)) == .closeOutput)
        #expect(life.outputClosed(at: at(2)) == .goOn)
        #expect(life.peerEnded(at: at(2)) == .goOn)
        #expect(life.outputClosed(at: at(2)) == .closeNow)
    }

    @Test("a body is discarded up to its last byte, then the next request is read")
    func skipping() {
        var life = opened()
        #expect(life.responseWritten(closing: false, unreadBodyBytes: 9, at: at(1)) == .goOn)
        #expect(life.bodySkipped(4, closing: false, at: at(1)) == .goOn)
        #expect(life.state == .skippingBody(remaining: 5))
        #expect(life.bodySkipped(5, closing: false, at: at(1)) == .goOn)
        #expect(life.state == .awaitingRequest)
    }

    @Test("a stopping server reads no request after a discarded body")
    func stoppingBehindABody() {
        var life = opened()
        _ = life.responseWritten(closing: false, unreadBodyBytes: 9, at: at(1))
        #expect(life.bodySkipped(9, closing: true, at: at(1)) == .closeOutput)
    }

    @Test(
        "up to 64 KiB of pipelined requests may wait",
        arguments: zip([65_536, 65_537], [.goOn, .closeNow] as [ConnectionLife.Action]))
    func pipelining(bytes: Int, action: ConnectionLife.Action) {
        #expect(opened().pipelined(bytes) == action)
        var life = opened()
        #expect(!life.mustAnswerFirst(bytes))
        life.answerAwaited()
        #expect(life.mustAnswerFirst(bytes) == (action == .closeNow))
    }
}

/// When a connection is overdue after these events, in seconds, and the action then.
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

/// The actions at the peer's end and the server's stop after these events.
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

import Feed
import Measurement
import Testing
import WireAccounting

@testable import Transports

@Suite("Polling clients")
struct PollListenerTests {
    @Test("late responses do not shift the schedule, and passed ticks become one late poll")
    func schedule() {
        // Phase a quarter of 100 ms: ticks at 1,025, 1,125, 1,225 ms …
        var listener = ShortPollListener(
            setup(TransportOptions(["interval": .duration(.milliseconds(100))]), phase: 0.25))
        #expect(listener.nextRequestDue(at: at(0)) == at(1_025))
        #expect(listener.nextRequestDue(at: at(1_030)) == at(1_125))
        #expect(listener.skippedTicks == 0)
        // The response arrived 10 ms after the next tick: the poll is late, but no tick is skipped.
        #expect(listener.nextRequestDue(at: at(1_235)) == at(1_225))
        #expect(listener.skippedTicks == 0)
        // No response for 500 ms: five ticks from 1,325 to 1,725 passed, four of them without a poll.
        #expect(listener.nextRequestDue(at: at(1_730)) == at(1_725))
        #expect(listener.skippedTicks == 4)
        #expect(listener.nextRequestDue(at: at(1_731)) == at(1_825))
        #expect(listener.skippedTicks == 4)
    }

    @Test("a poll answered just in time for its next tick is neither late nor skipped")
    func exactlyInTime() {
        var listener = ShortPollListener(setup(TransportOptions(["interval": .duration(.milliseconds(100))])))
        for tick in 0..<1_000 {
            let due = at(1_000 + Int64(tick) * 100)
            #expect(listener.nextRequestDue(at: due) == due)
        }
        #expect(listener.skippedTicks == 0)
    }

    @Test("a long poll follows the response at once; the first one starts at its offset in the ramp")
    func longPoll() {
        var listener = LongPollListener(setup(TransportOptions(["hold": .duration(.seconds(25))]), phase: 0.5))
        #expect(listener.target == "/long-poll?after=0&hold=25000ms")
        #expect(listener.nextRequestDue(at: at(500)) == at(2_000))
        #expect(listener.nextRequestDue(at: at(2_345)) == at(2_345))
    }

    @Test("bytes split at any positions give the same result", arguments: [1, 2, 3, 5, 7, 28, 29, .max])
    func anyCuts(chunkBytes: Int) {
        let long = String(repeating: "d", count: 100)
        var dialogue = Dialogue(cursor: 34)
        dialogue.respond(200, "z,10,\(long)\n10,zz,\n11,100,x,y\n", chunkBytes: chunkBytes)
        #expect(dialogue.events == [.item(35, due: 36), .item(36, due: 1_295), .item(37, due: 1_296)])
        #expect(dialogue.listener.cursor == 37)
        #expect(dialogue.ledger[.payload, .down] == 105 + 6 + 10)
        #expect(dialogue.ledger[.envelope, .down] == 3)
        #expect(dialogue.ledger.tcpPayloadBytes(.down) == 124)
        #expect(dialogue.ledger.tcpPayloadBytes(.up) == 0)
    }

    @Test("an empty response gives no events")
    func empty() {
        var dialogue = Dialogue(cursor: 4)
        dialogue.respond(204, "")
        #expect(dialogue.events.isEmpty)
        #expect(dialogue.listener.cursor == 4)
    }

    @Test("a gap moves the cursor before the oldest item kept", arguments: [1, 3, .max])
    func gap(chunkBytes: Int) {
        var dialogue = Dialogue(cursor: 4)
        dialogue.respond(410, "oldest=100\n", chunkBytes: chunkBytes)
        #expect(dialogue.events == [.gap(through: 99)])
        #expect(dialogue.listener.cursor == 99)
        #expect(dialogue.ledger[.envelope, .down] == 11)
    }

    @Test(
        "an invalid response is a fault, in one sentence",
        arguments: [
            (410, "gone\n", "the server answered 410 without the oldest sequence that it keeps"),
            (410, "oldest=4\n", "the server answered 410 without the oldest sequence that it keeps"),
            (505, "the server is full\nmore", "the server answered 505: the server is full"),
            (500, "\u{1b}[2Jred\u{7}", "the server answered 500: ?[2Jred?"),
            (404, "", "the server answered 404"), (301, "moved", "the server answered 301: moved"),
            (200, "hello\n", "the server sent a line that is not an item; an item is SEQUENCE,DUE,DATA"),
            (200, "\n", "the server sent a line that is not an item; an item is SEQUENCE,DUE,DATA"),
            (200, "5,1,half an it", "the response ends inside an item; each item ends in LF"),
        ])
    func faults(status: Int, body: String, sentence: String) {
        var dialogue = Dialogue(cursor: 4)
        dialogue.respond(status, body)
        #expect(dialogue.events == [.fault(sentence)])
        #expect(dialogue.listener.cursor == 4)
        #expect(dialogue.ledger.tcpPayloadBytes(.down) == Int64(body.utf8.count))
    }

    @Test("the answer of a proxy without a server is a lost server", arguments: [502, 503, 504])
    func lostServer(status: Int) {
        var dialogue = Dialogue(cursor: 4)
        dialogue.respond(status, "No server is available\nmore")
        #expect(dialogue.events == [.lostServer("the server answered \(status): No server is available")])
        #expect(dialogue.listener.target.contains("after=4"))
        #expect(dialogue.ledger[.envelope, .down] == 27)
    }

    @Test("an interrupted response does not affect the next one", arguments: [200, 503])
    func brokenOff(status: Int) {
        var dialogue = Dialogue(cursor: 4)
        dialogue.arrive(status, "5,", chunkBytes: 1)
        // The response does not end: the connection failed, and the driver requests the time of the next attempt.
        _ = dialogue.listener.nextRequestDue(at: at(5_000))
        dialogue.respond(200, "5,1,half\n6,1,whole\n")
        #expect(dialogue.events == [.item(5, due: 1), .item(6, due: 1)])
        dialogue.respond(404, "nothing here\n")
        #expect(dialogue.events.last == .fault("the server answered 404: nothing here"))
    }

    @Test("an item received twice does not move the cursor back")
    func cursorNeverMovesBack() {
        var dialogue = Dialogue(cursor: 4)
        dialogue.respond(200, "9,1,a\n8,1,b\n")
        #expect(dialogue.listener.cursor == 9)
    }
}

/// One listener with its events and its ledger.
private struct Dialogue {
    var listener: any ExchangeListener
    var ledger = ByteLedger()
    var events: [ListenerEvent] = []

    init(cursor: UInt64) {
        listener = LongPollListener(setup(TransportOptions(["hold": .duration(.seconds(1))]), cursor: cursor))
    }

    mutating func respond(_ status: Int, _ body: String, chunkBytes: Int = .max) {
        arrive(status, body, chunkBytes: chunkBytes)
        var events: [ListenerEvent] = []
        listener.exchangeEnded(status: status) { events.append($0) }
        self.events += events
    }

    mutating func arrive(_ status: Int, _ body: String, chunkBytes: Int) {
        var rest = Array(body.utf8)[...]
        var events: [ListenerEvent] = []
        while !rest.isEmpty {
            let chunk = Array(rest.prefix(chunkBytes))
            rest = rest.dropFirst(chunkBytes)
            chunk.withUnsafeBytes {
                listener.bodyArrived($0, status: status, ledger: &ledger) { events.append($0) }
            }
        }
        self.events += events
    }
}

extension ListenerEvent {
    static func item(_ sequence: UInt64, due: Int64) -> Self {
        .item(ReceivedItem(sequence: sequence, dueMicroseconds: due))
    }
}

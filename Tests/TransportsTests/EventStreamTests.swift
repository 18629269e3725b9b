import Testing
import WireAccounting

@testable import Transports

@Suite("SSE streams, WHATWG HTML §9.2.6")
struct EventStreamTests {
    private static let cuts = [1, 2, 3, 4, 7, .max]

    @Test(
        "an item is read from every valid form of an event", arguments: cuts,
        [
            "id: 1\ndata: 1,1,x\n\n", "id:1\ndata:1,1,x\n\n", "data: 1,1,x\nid: 1\n\n", "id: 1\r\ndata: 1,1,x\r\n\r\n",
            "id: 1\rdata: 1,1,x\r\r", "id: 1\r\ndata: 1,1,x\r\rid: 9\n", "\u{feff}id: 1\ndata: 1,1,x\n\n",
            ":comment\n:\n\n\nid: 1\nevent: message\nunknown: 5\nnothing\ndata: 1,1,x\n\n",
            "event: other\ndata: 9,9,y\n\nid: 1\nevent:\ndata: 1,1,x\n\n",
            "id: 1\ndata: 1,1,x\n\nid: 2\ndata: 2,1,half an ev",
        ])
    func items(chunkBytes: Int, text: String) {
        let reading = Reading(text, chunkBytes: chunkBytes)
        #expect(reading.events == [.item(1, due: 1)])
        #expect(reading.ledger[.payload, .down] == 5)
        #expect(reading.ledger[.envelope, .down] == Int64(text.utf8.count) - 5)
    }

    @Test("data lines are joined by a line feed, which counts as a byte of the item", arguments: cuts)
    func manyLines(chunkBytes: Int) {
        let reading = Reading("id: 1\ndata: 1,1,a\ndata: b\ndata:\n\n", chunkBytes: chunkBytes)
        #expect(reading.events == [.item(1, due: 1)])
        #expect(reading.ledger[.payload, .down] == 5 + 2 + 1)
    }

    @Test("all bytes of a long item are counted", arguments: [1, 63, 64, 65, 4_096, .max])
    func long(chunkBytes: Int) {
        let item = "1,1," + String(repeating: "x", count: 100_000)
        let reading = Reading("id: 1\ndata: \(item)\n\n", chunkBytes: chunkBytes)
        #expect(reading.events == [.item(1, due: 1)])
        #expect(reading.ledger[.payload, .down] == 100_004)
    }

    @Test("only the beginning of a long line has a meaning, in one part or in several", arguments: [1, 64, .max])
    func longGap(chunkBytes: Int) {
        let zeros = String(repeating: "0", count: 80)
        let text = "\n" + "event: gap\ndata: oldest=\(zeros)9\n\n"
        #expect(
            Reading(text, chunkBytes: chunkBytes).events == [
                .fault("the server sent a gap event without the oldest sequence that it keeps")
            ])
    }

    @Test(
        "an event that is not an item is a fault, in one sentence",
        arguments: [
            ("id: 1\ndata: hello\n\n", "the server sent an event that is not an item; an item is SEQUENCE,DUE,DATA"),
            ("event: gap\ndata: hello\n\n", "the server sent a gap event without the oldest sequence that it keeps"),
        ])
    func faults(text: String, sentence: String) {
        #expect(Reading(text).events == [.fault(sentence)])
    }

    @Test(
        "an id that is not the item's sequence is a fault, and the item counts", arguments: ["id: 2\n", "", "id: x\n"])
    func wrongID(id: String) {
        let events = Reading("\(id)data: 1,1,x\n\n").events
        #expect(events.count == 2)
        #expect(events.last == .item(1, due: 1))
    }

    @Test(
        "a reconnection time is accepted if it is a number of up to one day",
        arguments: [
            ("500", 500), ("0", 0), ("86400000", 86_400_000), ("86400001", nil), ("-5", nil), ("1s", nil), ("", nil),
        ]
            as [(String, Int64?)])
    func retry(value: String, milliseconds: Int64?) {
        #expect(Reading("retry: \(value)\n").time == milliseconds.map { .milliseconds($0) })
    }
}

/// The events and the ledger of a reader after it has read a text.
private struct Reading {
    let ledger: ByteLedger
    let events: [ListenerEvent]
    let time: Duration?

    init(_ text: String, chunkBytes: Int = .max) {
        var reader = EventStreamReader()
        var ledger = ByteLedger()
        var events: [ListenerEvent] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let piece = Array(rest.prefix(chunkBytes))
            rest = rest.dropFirst(chunkBytes)
            piece.withUnsafeBytes { raw in reader.read(raw, ledger: &ledger) { events.append($0) } }
        }
        (self.ledger, self.events) = (ledger, events)
        time = reader.reconnectionTime
    }
}

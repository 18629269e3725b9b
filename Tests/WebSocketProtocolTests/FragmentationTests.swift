import NIOCore
import Testing
import WebSocketProtocol

@Suite("Fragments and control frames, RFC 6455 §5.4–§5.5")
struct FragmentationTests {
    static func client(_ first: UInt8, _ text: String) -> [UInt8] {
        Wire.frame(first, Array(text.utf8), from: .client)
    }

    struct Case: Sendable {
        let name: String
        let wire: [UInt8]
        let events: [WebSocketEvent]
        let pongs: [String]
    }

    static let cases: [Case] = [
        Case(
            name: "a Ping between fragments is answered before the message ends",
            wire: client(0x01, "frag") + client(0x89, "p") + client(0x80, "ment"),
            events: [.ping("p"), .text("fragment")],
            pongs: ["p"]
        ),
        Case(
            name: "many Pings between many fragments",
            wire: client(0x01, "a") + client(0x89, "1") + client(0x00, "b") + client(0x89, "2") + client(0x80, "c"),
            events: [.ping("1"), .ping("2"), .text("abc")],
            pongs: ["1", "2"]
        ),
        Case(
            name: "empty fragments make an empty message",
            wire: client(0x01, "") + client(0x00, "") + client(0x80, ""),
            events: [.text("")],
            pongs: []
        ),
        Case(
            name: "an empty start and end around content",
            wire: client(0x01, "") + client(0x00, "middle") + client(0x80, ""),
            events: [.text("middle")],
            pongs: []
        ),
        Case(
            name: "an unsolicited Pong is reported and not answered",
            wire: client(0x8A, "unsolicited") + client(0x89, ""),
            events: [.pong(ByteBuffer(string: "unsolicited")), .ping("")],
            pongs: [""]
        ),
        Case(
            name: "a Ping of 125 bytes",
            wire: client(0x89, String(repeating: "*", count: 125)),
            events: [.ping(String(repeating: "*", count: 125))],
            pongs: [String(repeating: "*", count: 125)]
        ),
        Case(
            name: "ten Pings in a row",
            wire: (0..<10).flatMap { client(0x89, "\($0)") },
            events: (0..<10).map { .ping("\($0)") },
            pongs: (0..<10).map { "\($0)" }
        ),
        Case(
            name: "a fragmented message follows another",
            wire: client(0x02, "a") + client(0x80, "b") + client(0x01, "c") + client(0x80, "d"),
            events: [.binary(Array("ab".utf8)), .text("cd")],
            pongs: []
        ),
    ]

    @Test("a server decodes fragments and answers Pings", arguments: cases)
    func decodes(_ table: Case) {
        for chunkBytes in [1, 2, 5, 11, .max] {
            let run = Dribble(table.wire, chunkBytes: chunkBytes, into: WebSocketEndpoint(role: .server))
            #expect(run.events == table.events, "\(table.name)")
            #expect(run.output == table.pongs.flatMap { Wire.frame(0x8A, Array($0.utf8), from: .server) })
            #expect(run.endpoint.received.frameBytes == table.wire.count)
            #expect(run.endpoint.sent.controlBytes == run.output.count)
        }
    }

    @Test("a message above the limit fails with 1009 at the header that shows it", arguments: [1, .max])
    func messageLimit(chunkBytes: Int) {
        let endpoint = WebSocketEndpoint(role: .server, limits: WebSocketLimits(messageBytes: 10))
        let exact = Self.client(0x01, "12345") + Self.client(0x80, "67890")
        #expect(Dribble(exact, chunkBytes: chunkBytes, into: endpoint).events == [.text("1234567890")])
        let above = Self.client(0x01, "12345") + Self.client(0x80, "678901").prefix(6)
        let run = Dribble(above, chunkBytes: chunkBytes, into: endpoint)
        #expect(run.error == .oversizedMessage(allowedBytes: 10))
        #expect(run.output == [0x88, 0x02, 0x03, 0xF1])
    }

    @Test("the tally counts every byte while frames arrive byte by byte", arguments: WebSocketRole.both)
    func tally(role: WebSocketRole) {
        let peer = role.peer
        let wire =
            Wire.frame(0x01, [0x61], from: peer) + Wire.frame(0x89, [1, 2], from: peer)
            + Wire.frame(0x80, [UInt8](repeating: 0x62, count: 200), from: peer)
        var run = Dribble([], into: WebSocketEndpoint(role: role))
        for (index, byte) in wire.enumerated() {
            run.receive([byte])
            let tally = run.endpoint.received
            #expect(tally.frameBytes + run.endpoint.unfinishedBytes == index + 1)
        }
        let mask = role == .server ? 4 : 0
        #expect(run.endpoint.received.headerBytes == 2 + 4)
        #expect(run.endpoint.received.maskBytes == 2 * mask)
        #expect(run.endpoint.received.payloadBytes == 201)
        #expect(run.endpoint.received.controlBytes == 4 + mask)
        #expect(run.endpoint.received.frames == 2)
        #expect(run.endpoint.received.messages == 1)
    }
}

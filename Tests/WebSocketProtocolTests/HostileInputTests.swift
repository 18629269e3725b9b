import NIOCore
import Testing
import WebSocketProtocol

@Suite("Invalid input never traps, and the tally counts every byte")
struct HostileInputTests {
    /// SplitMix64; the seed in the name of a failed test replays it.
    struct SeededRandom: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            let once = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
            let twice = (once ^ once >> 27) &* 0x94D0_49BB_1331_11EB
            return twice ^ twice >> 31
        }
    }

    /// Valid output of the peer.
    static func conversation(
        from sender: WebSocketRole, _ deflate: DeflateParameters?, _ random: inout SeededRandom
    ) -> [UInt8] {
        let keys = MaskKeySource(seed: random.next())
        var endpoint = WebSocketEndpoint(role: sender, maskKeys: keys, deflate: deflate)
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            switch Int.random(in: 0..<4, using: &random) {
            case 0: endpoint.sendPing(ByteBuffer(string: "ping"))
            case 1: endpoint.send(.binary, ByteBuffer(repeating: 9, count: .random(in: 0...300, using: &random)))
            default: endpoint.send(text: "κόσμε \(UInt8.random(in: 0...255, using: &random))")
            }
        }
        if Bool.random(using: &random) { endpoint.close(.goingAway, reason: "bye") }
        return endpoint.takeOutput()?.array ?? []
    }

    static func damage(_ wire: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
        var wire = wire
        for _ in 0..<Int.random(in: 0...3, using: &random) where !wire.isEmpty {
            let index = Int.random(in: 0..<wire.count, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: wire[index] = UInt8.random(in: 0...255, using: &random)
            case 1: wire[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            default: wire.removeSubrange(index...)
            }
        }
        return wire
    }

    @Test("damaged input gives the same result for every chunk size", arguments: 0..<400 as Range<UInt64>)
    func damaged(seed: UInt64) {
        var random = SeededRandom(state: seed)
        let role: WebSocketRole = Bool.random(using: &random) ? .client : .server
        let deflate = Bool.random(using: &random) ? DeflateParameters() : nil
        let wire = Self.damage(Self.conversation(from: role.peer, deflate, &random), &random)
        let limits = WebSocketLimits(frameBytes: 5_000, messageBytes: 1_000)
        let runs = [1, 2, 5, 11, .max].map { chunkBytes in
            Dribble(
                wire,
                chunkBytes: chunkBytes,
                into: WebSocketEndpoint(role: role, limits: limits, deflate: deflate)
            )
        }
        for run in runs {
            let tally = run.endpoint.received
            #expect(tally.frameBytes + tally.discardedBytes + run.endpoint.unfinishedBytes == wire.count)
            #expect(run.endpoint.sent.frameBytes == run.output.count)
            #expect(run.events == runs[0].events)
            #expect(run.error == runs[0].error)
            #expect(run.output == runs[0].output)
        }
    }

    @Test("random bytes give the same result for every chunk size", arguments: 0..<200 as Range<UInt64>)
    func random(seed: UInt64) {
        var random = SeededRandom(state: seed)
        let wire = (0..<64).map { _ in UInt8.random(in: 0...255, using: &random) }
        for role in WebSocketRole.both {
            let deflate = DeflateParameters()
            let whole = Dribble(wire, into: WebSocketEndpoint(role: role, deflate: deflate))
            let dripped = Dribble(wire, chunkBytes: 1, into: WebSocketEndpoint(role: role, deflate: deflate))
            #expect(whole.error == dripped.error)
            #expect(whole.events == dripped.events)
            #expect(whole.output == dripped.output)
        }
    }

    @Test("damaged responses never trap the client's handshake", arguments: 0..<200 as Range<UInt64>)
    func handshake(seed: UInt64) {
        var random = SeededRandom(state: seed)
        let response = ClientHandshakeTests.response(more: "Sec-WebSocket-Extensions: permessage-deflate; a=\"b\"\r\n")
        var rest = Self.damage(Array(response.utf8), &random)[...]
        var handshake = ClientHandshake(host: "a", target: "/", key: Array("the sample nonce".utf8), headLimit: 400)
        while !rest.isEmpty {
            var bytes = ByteBuffer(bytes: rest.prefix(7))
            rest = rest.dropFirst(7)
            guard (try? handshake.receive(&bytes)) != nil else { continue }
            #expect(handshake.responseBytes <= 400)
            return
        }
    }
}

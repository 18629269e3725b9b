import NIOCore
import Testing

@testable import WebSocketProtocol

@Suite("A server's WebSocket at rest", .serialized)
struct RestingEndpointTests {
    /// What a session that echoes messages has done after one chunk of input.
    private struct Step: Equatable {
        var output: [UInt8]
        var error: WebSocketError?
        var fate: ClosingHandshake.Fate
        var isOpen: Bool
        var heldBytes: Int
    }

    private static func step(_ session: inout some WebSocketSession, _ bytes: ArraySlice<UInt8>) -> Step {
        var buffer = ByteBuffer(bytes: bytes)
        var step = Step(output: [], error: nil, fate: .keep, isOpen: true, heldBytes: 0)
        session.receive(&buffer)
        do throws(WebSocketError) {
            while let event = try session.nextEvent() {
                if case .message(let kind, let payload) = event { session.send(kind, payload) }
            }
        } catch {
            step.error = error
        }
        step.output = session.takeOutput().map { Array($0.readableBytesView) } ?? []
        (step.fate, step.isOpen, step.heldBytes) = (session.fate, session.isOpen, session.heldBytes)
        return step
    }

    @Test(
        "it does what an endpoint does, whatever arrives in chunks of any size",
        arguments: ConformanceCase.framing + ConformanceCase.pings + ConformanceCase.reservedBits
            + ConformanceCase.opcodes + ConformanceCase.fragmentation + ConformanceCase.text + ConformanceCase.closing)
    func behavesAlike(_ row: ConformanceCase) {
        let wire = row.wire(from: .client)
        for chunkBytes in [1, 2, 7, 61, wire.count] where chunkBytes >= max(1, wire.count / 20_000) {
            var endpoint = WebSocketEndpoint(role: .server, limits: row.limits)
            var resting = RestingEndpoint(limits: row.limits, keepAlive: nil)
            var rest = wire[...]
            while !rest.isEmpty {
                let chunk = rest.prefix(chunkBytes)
                rest = rest.dropFirst(chunkBytes)
                #expect(Self.step(&resting, chunk) == Self.step(&endpoint, chunk), "\(row.name), \(chunkBytes) bytes")
            }
        }
    }

    @Test("it rests from the first moment, and again after a whole message, but not within one")
    func restsBetweenMessages() {
        var session = RestingEndpoint(limits: WebSocketLimits(), keepAlive: nil)
        #expect(session.rests)
        let ping: [UInt8] = [0x89, 0x82, 0, 0, 0, 0, 0x68, 0x69]
        #expect(Self.step(&session, ping[..<3]).output == [])
        #expect(!session.rests, "within a frame")
        #expect(Self.step(&session, ping[3...]).output == [0x8a, 2, 0x68, 0x69])
        #expect(session.rests)
        let fragment: [UInt8] = [0x01, 0x81, 0, 0, 0, 0, 0x68]
        _ = Self.step(&session, fragment[...])
        #expect(!session.rests, "within a message of several frames")
        #expect(Self.step(&session, [0x80, 0x80, 0, 0, 0, 0]).output == [0x81, 1, 0x68])
        #expect(session.rests)
        session.close(.goingAway, reason: "")
        #expect(session.takeOutput().map { Array($0.readableBytesView) } == [0x88, 2, 0x03, 0xe9])
        #expect(!session.rests, "a Close is answered")
        #expect(session.fate == .awaitPeer)
    }

    @Test("Pings and the end of a silent client come when an endpoint's would")
    func keepsAlive() {
        let keepAlive = KeepAlive(interval: .seconds(30), timeout: .seconds(20))
        var resting = RestingEndpoint(limits: WebSocketLimits(), keepAlive: keepAlive)
        var endpoint = WebSocketEndpoint(role: .server, keepAlive: keepAlive)
        let pong: [UInt8] = [0x8a, 0x80, 0, 0, 0, 0]
        for second in 0..<200 {
            let now = Int64(second) * 1_000_000_000
            #expect(resting.clockReached(now) == endpoint.clockReached(now), "\(second) s")
            #expect(resting.takeOutput() == endpoint.takeOutput(), "\(second) s")
            if second < 100, second % 40 == 35 {
                #expect(Self.step(&resting, pong[...]) == Self.step(&endpoint, pong[...]))
                #expect(resting.rests)
            }
        }
        #expect(endpoint.clockReached(200_000_000_000) == .drop)
    }
}

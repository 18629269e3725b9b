import Host
import Measurement
import Testing

@Suite("The kernel's note of an arrival", .timeLimit(.minutes(1)))
struct SocketArrivalTests {
    @Test("bytes that wait have arrived between their being sent and the look, and are not consumed by it")
    func betweenSentAndSeen() async throws {
        let pair = try LoopbackPair()
        #expect(SocketArrival.note(on: pair.client))
        // The kernel begins to note arrivals a moment after the first socket asks for it.
        var arrival: SocketArrival?
        var sent = MonotonicClock.now()
        for _ in 0..<200 where arrival == nil {
            pair.drainClient()
            sent = MonotonicClock.now()
            pair.sendToClient(300)
            try await Task.sleep(for: .milliseconds(10))
            arrival = SocketArrival.peek(pair.client, upTo: 16_384)
        }
        let seen = try #require(arrival)
        #expect(seen.bytes == 300)
        // The two clocks are read one after the other; a microsecond covers that.
        #expect(seen.instant >= sent - .microseconds(1))
        #expect(seen.instant <= MonotonicClock.now() - .milliseconds(9))
        #expect(SocketArrival.peek(pair.client, upTo: 16_384)?.bytes == 300)
        #expect(SocketArrival.peek(pair.client, upTo: 100)?.bytes == 100)
        #expect(pair.drainClient() == 300)
        #expect(SocketArrival.peek(pair.client, upTo: 16_384) == nil)
    }

    @Test("of bytes that came at different times the later time is told")
    func laterTime() async throws {
        let pair = try LoopbackPair()
        SocketArrival.note(on: pair.client)
        try await Task.sleep(for: .milliseconds(100))
        pair.sendToClient(10)
        try await Task.sleep(for: .milliseconds(20))
        let between = MonotonicClock.now()
        pair.sendToClient(10)
        try await Task.sleep(for: .milliseconds(20))
        let arrival = try #require(SocketArrival.peek(pair.client, upTo: 16_384))
        #expect(arrival.bytes == 20)
        #expect(arrival.instant >= between - .microseconds(1))
    }

    @Test("bytes read are those that the program took, not those that wait")
    func bytesRead() async throws {
        let pair = try LoopbackPair()
        pair.sendToClient(300)
        try await Task.sleep(for: .milliseconds(10))
        #expect(SocketCounters.bytesRead(from: pair.client) == 0)
        #expect(pair.drainClient() == 300)
        pair.sendToClient(50)
        try await Task.sleep(for: .milliseconds(10))
        #expect(SocketCounters.bytesRead(from: pair.client) == 300)
        #expect(SocketCounters.bytesRead(from: -1) == nil)
    }

    @Test("what is no socket has no note")
    func noSocket() {
        #expect(!SocketArrival.note(on: -1))
        #expect(SocketArrival.peek(-1, upTo: 100) == nil)
    }
}

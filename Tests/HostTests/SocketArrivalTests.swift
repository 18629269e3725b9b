import Glibc
import Host
import Measurement
import Testing

@Suite("The kernel's receive timestamps", .timeLimit(.minutes(1)))
struct SocketArrivalTests {
    @Test("the timestamp is between send and peek, and the peek does not consume the bytes")
    func betweenSentAndSeen() async throws {
        let pair = try LoopbackPair()
        #expect(SocketArrival.enableTimestamps(on: pair.client))
        // The kernel enables timestamps a moment after the first socket requests them.
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

    @Test("after a reset the next read still reports it")
    func reset() async throws {
        let pair = try LoopbackPair()
        SocketArrival.enableTimestamps(on: pair.client)
        pair.resetFromServer()
        #expect(SocketArrival.peek(pair.client, upTo: 16_384) == nil)
        var byte: UInt8 = 0
        #expect(recv(pair.client, &byte, 1, 0) == -1)
        #expect(errno == ECONNRESET)
    }

    @Test("for bytes that arrived at different times the later time is reported")
    func laterTime() async throws {
        let pair = try LoopbackPair()
        SocketArrival.enableTimestamps(on: pair.client)
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

    @Test("bytesRead counts the bytes that the program has read, not the unread ones")
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

    @Test("a descriptor that is not a socket has no timestamp")
    func noSocket() {
        #expect(!SocketArrival.enableTimestamps(on: -1))
        #expect(SocketArrival.peek(-1, upTo: 100) == nil)
    }
}

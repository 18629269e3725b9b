import Glibc
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
            pair.drain()
            sent = MonotonicClock.now()
            pair.send(300)
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
        #expect(pair.drain() == 300)
        #expect(SocketArrival.peek(pair.client, upTo: 16_384) == nil)
    }

    @Test("of bytes that came at different times the later time is told")
    func laterTime() async throws {
        let pair = try LoopbackPair()
        SocketArrival.note(on: pair.client)
        try await Task.sleep(for: .milliseconds(100))
        pair.send(10)
        try await Task.sleep(for: .milliseconds(20))
        let between = MonotonicClock.now()
        pair.send(10)
        try await Task.sleep(for: .milliseconds(20))
        let arrival = try #require(SocketArrival.peek(pair.client, upTo: 16_384))
        #expect(arrival.bytes == 20)
        #expect(arrival.instant >= between - .microseconds(1))
    }

    @Test("what is no socket has no note")
    func noSocket() {
        #expect(!SocketArrival.note(on: -1))
        #expect(SocketArrival.peek(-1, upTo: 100) == nil)
    }
}

/// Two ends of one connection over loopback.
private final class LoopbackPair {
    let client: Int32
    let server: Int32

    struct Failure: Error {}

    init() throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(listener, generic, length) == 0 && listen(listener, 1) == 0
                    && getsockname(listener, generic, &length) == 0
            }
        }
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { [client] in
                connect(client, $0, length) == 0
            }
        }
        guard isBound, isConnected else { throw Failure() }
        server = accept(listener, nil, nil)
    }

    deinit {
        close(client)
        close(server)
    }

    func send(_ count: Int) {
        let bytes = [UInt8](repeating: 0x61, count: count)
        _ = Glibc.send(server, bytes, count, 0)
    }

    /// - Returns: Bytes that waited.
    @discardableResult
    func drain() -> Int {
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        return max(0, recv(client, &bytes, bytes.count, Int32(MSG_DONTWAIT.rawValue)))
    }
}

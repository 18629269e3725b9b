import ConnectionEnds
import Glibc
import Measurement
import NIOCore
import Synchronization
import Testing

/// A socket that keeps what it reads, and may do something more.
private final class Reader: WatchedSocket, @unchecked Sendable {
    let socket: Int32
    private let whenReady: (SocketLoop, UInt32) -> Void
    private let loop: SocketLoop

    init(_ socket: Int32, on loop: SocketLoop, whenReady: @escaping (SocketLoop, UInt32) -> Void) {
        (self.socket, self.loop, self.whenReady) = (socket, loop, whenReady)
    }

    func ready(_ events: UInt32) { whenReady(loop, events) }
}

@Suite("The event loop of plain sockets", .timeLimit(.minutes(1)))
struct SocketLoopTests {
    private final class Log: Sendable {
        private let entries = Mutex<[Int]>([])
        var all: [Int] { entries.withLock { $0 } }
        func add(_ entry: Int) { entries.withLock { $0.append(entry) } }
    }

    @Test("tasks of other threads and of the loop run in the order in which they were left")
    func tasks() async throws {
        let (loop, log) = (SocketLoop(), Log())
        for number in 0..<100 { loop.execute { log.add(number) } }
        try await loop.submit {
            for number in 100..<200 { loop.execute { log.add(number) } }
        }.get()
        try await loop.submit {}.get()
        #expect(log.all == Array(0..<200))
        try await loop.shutdownGracefully()
    }

    @Test("each of several shutdowns is reported, also one after the end")
    func shutdowns() async throws {
        let loop = SocketLoop()
        async let first: Void = loop.shutdownGracefully()
        async let second: Void = loop.shutdownGracefully()
        _ = try await (first, second)
        try await loop.shutdownGracefully()
    }

    @Test("tasks of many threads all run, and wake a loop that waits")
    func threads() async throws {
        let loop = SocketLoop()
        let sum = await withTaskGroup(of: Int.self) { group in
            for number in 0..<1_000 {
                group.addTask { (try? await loop.submit { number }.get()) ?? 0 }
            }
            return await group.reduce(0, +)
        }
        #expect(sum == 999 * 500)
        try await loop.shutdownGracefully()
    }

    @Test("timers run in the order of their times, not early, and not if they are cancelled")
    func timers() async throws {
        let (loop, log) = (SocketLoop(), Log())
        let start = NIODeadline.now()
        let last = loop.scheduleTask(deadline: start + .milliseconds(30)) {
            log.add(30)
            return NIODeadline.now()
        }
        for time in [20, 10, 25] {
            loop.scheduleTask(deadline: start + .milliseconds(Int64(time))) { log.add(time) }
        }
        let cancelled = loop.scheduleTask(deadline: start + .milliseconds(15)) { log.add(15) }
        cancelled.cancel()
        loop.scheduleTask(deadline: start - .seconds(1)) { log.add(0) }
        let end = try await last.futureResult.get()
        #expect(log.all == [0, 10, 20, 25, 30])
        #expect(end >= start + .milliseconds(30))
        await #expect(throws: EventLoopError.cancelled) { try await cancelled.futureResult.get() }
        try await loop.shutdownGracefully()
    }

    @Test("a socket is reported while it is readable, and not after it is forgotten")
    func sockets() async throws {
        let (loop, log, pair) = (SocketLoop(), Log(), SocketPair())
        let reader = Reader(pair.near, on: loop) { loop, _ in
            let count = loop.read(pair.near)
            log.add(count)
            #expect(loop.bytesRead.readableBytes == max(0, count))
        }
        try await loop.submit { loop.watch(reader) }.get()
        for length in 1...3 {
            #expect(write(pair.far, "abc", length) == length)
            while log.all.count < length { try await Task.sleep(for: .milliseconds(1)) }
        }
        try await loop.submit { loop.forget(reader) }.get()
        #expect(write(pair.far, "abc", 3) == 3)
        try await Task.sleep(for: .milliseconds(20))
        #expect(log.all == [1, 2, 3])
        try await loop.shutdownGracefully()
    }

    @Test(
        "a socket that is reported once is read to the end, whatever has arrived by then",
        arguments: [1, 16_383, 16_384, 16_385, 40_000], [true, false])
    func once(bytes: Int, ends: Bool) async throws {
        let (loop, log, pair) = (SocketLoop(), Log(), SocketPair())
        let reader = Reader(pair.near, on: loop) { loop, events in
            while true {
                let count = loop.read(pair.near)
                if count >= 0 { log.add(count) }
                if !SocketLoop.hasMore(events, after: count) { return }
            }
        }
        #expect(write(pair.far, [UInt8](repeating: 1, count: bytes), bytes) == bytes)
        if ends { shutdown(pair.far, Int32(SHUT_WR)) }
        try await loop.submit { loop.watch(reader, once: true) }.get()
        while log.all.reduce(0, +) < bytes || (ends && log.all.last != 0) {
            try await Task.sleep(for: .milliseconds(1))
        }
        // Not reported again; later bytes are.
        try await Task.sleep(for: .milliseconds(10))
        let reads = log.all.count
        if !ends {
            #expect(write(pair.far, "a", 1) == 1)
            while log.all.count == reads { try await Task.sleep(for: .milliseconds(1)) }
            #expect(log.all.last == 1)
        }
        try await loop.submit { loop.forget(reader) }.get()
        try await loop.shutdownGracefully()
    }

    @Test("bytes that somebody keeps are not overwritten by the next read")
    func kept() async throws {
        let (loop, pair) = (SocketLoop(), SocketPair())
        #expect(write(pair.far, "first", 5) == 5)
        let first = try await loop.submit { () -> ByteBuffer in
            _ = loop.read(pair.near)
            return loop.bytesRead
        }.get()
        #expect(write(pair.far, "other", 5) == 5)
        let other = try await loop.submit { () -> ByteBuffer in
            _ = loop.read(pair.near)
            return loop.bytesRead
        }.get()
        #expect(String(buffer: first) == "first")
        #expect(String(buffer: other) == "other")
        try await loop.shutdownGracefully()
    }

    @Test("a loop that has ended has run its tasks, cancelled its timers, and keeps later promises")
    func end() async throws {
        let (loop, log) = (SocketLoop(), Log())
        let timer = loop.scheduleTask(in: .hours(1)) { log.add(-1) }
        try await loop.submit {
            loop.execute {
                log.add(1)
                loop.execute { log.add(2) }
            }
        }.get()
        try await loop.shutdownGracefully()
        #expect(log.all == [1, 2])
        await #expect(throws: EventLoopError.cancelled) { try await timer.futureResult.get() }
        #expect(try await loop.submit { 7 }.get() == 7)
        #expect(try await loop.flatSubmit { loop.submit { 8 } }.get() == 8)
        let late = loop.scheduleTask(in: .zero) {}
        await #expect(throws: EventLoopError.cancelled) { try await late.futureResult.get() }
        #expect(!loop.inEventLoop)
    }
}

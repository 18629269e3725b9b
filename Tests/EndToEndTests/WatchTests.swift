import Foundation
import Glibc
import Testing

@Suite("pushlab watch", .timeLimit(.minutes(1)))
struct WatchTests {
    private static let names = ["short-poll", "long-poll", "http-stream", "sse", "websocket"]

    private struct Moment: Decodable {
        struct Lane: Decodable {
            let transport: String
            let items: Int
            let missed: Int
            let p50: Int?
            let up: [String: Int]
            let down: [String: Int]

            enum CodingKeys: String, CodingKey {
                case transport, items, missed, up, down
                case p50 = "p50_us"
            }
        }
        let lanes: [Lane]
        let restarts: Int
        let seconds: Double

        enum CodingKeys: String, CodingKey {
            case lanes, restarts
            case seconds = "time_s"
        }
    }

    private static func whileServing(_ body: (_ url: String) throws -> Void) throws {
        let server = try MeasuredServer()
        defer { server.stop() }
        try body("http://127.0.0.1:\(server.port)")
    }

    private static func moments(_ output: String) throws -> [Moment] {
        try output.split(separator: "\n").map { try JSONDecoder().decode(Moment.self, from: Data($0.utf8)) }
    }

    @Test("numbers only: a line per lane and period, and at the end the kernel counted the same bytes")
    func plain() throws {
        try Self.whileServing { url in
            let ending = try Tool.pushlab("watch", url, "--plain", "--duration", "2s", "--interval", "250ms")
            #expect(ending.code == 0, "\(ending.complaint)")
            let lines = ending.output.split(separator: "\n")
            #expect(lines.count == 15)
            for (line, name) in zip(lines.suffix(5), Self.names) {
                #expect(line.hasPrefix("\(name): "))
                #expect(line.hasSuffix("; the kernel counted the same"), "\(line)")
            }
            #expect(lines[0].contains(" s  short-poll: "))
            #expect(!lines[0].contains("\u{1b}"))
        }
    }

    @Test("JSON: every lane has all items, short polling is later than WebSocket, and a poll costs headers")
    func json() throws {
        try Self.whileServing { url in
            let ending = try Tool.pushlab(
                "watch", url, "--format", "json", "--duration", "3s", "--period", "500ms", "--interval", "500ms")
            let last = try #require(try Self.moments(ending.output).last)
            #expect(last.lanes.map(\.transport) == Self.names)
            #expect(last.lanes.allSatisfy { $0.missed == 0 })
            let (poll, socket) = (last.lanes[0], last.lanes[4])
            #expect(poll.items >= 15 && socket.items >= 20)
            #expect(try #require(poll.p50) > 3 * (try #require(socket.p50)))
            #expect((poll.up["http_head"] ?? 0) > 0 && socket.up["http_head"] == nil)
            #expect(socket.down["payload"] == socket.items * 128)
        }
    }

    @Test("a simulated network is in front of all lanes; raw TCP can be a lane too")
    func network() throws {
        try Self.whileServing { url in
            let ending = try Tool.pushlab(
                "watch", url, "--format", "json", "--duration", "2s", "--network", "rtt=60ms", "--transports",
                "websocket,raw-tcp")
            let last = try #require(try Self.moments(ending.output).last)
            #expect(last.lanes.map(\.transport) == ["websocket", "raw-tcp"])
            for lane in last.lanes { #expect(try #require(lane.p50) >= 30_000) }
        }
    }

    @Test("it ends when the reader of its output ends, and on SIGTERM")
    func ends() throws {
        try Self.whileServing { url in
            let began = Date()
            let line = try Tool.shell(
                #""$1" watch "$2" --period 100ms | head -n 1"#, Tool.path("pushlab"), url)
            #expect(line.output.contains("short-poll: "))
            #expect(Date().timeIntervalSince(began) < 10)
            let watch = try Tool.start("pushlab", "watch", url, "--period", "100ms")
            #expect(watch.firstLine.contains("short-poll: "))
            watch.signal(SIGTERM)
            let ending = watch.wait()
            #expect(ending.code == 0)
            #expect(ending.output.contains("the kernel counted"))
        }
    }

    @Test("a server that is restarted: all lanes begin again, and no delay is of the earlier server's items")
    func restart() throws {
        let first = try MeasuredServer("--rate", "20/s")
        let watch = try Tool.start(
            "pushlab", "watch", "http://127.0.0.1:\(first.port)", "--format", "json", "--period", "200ms",
            "--interval", "200ms", "--duration", "5s")
        defer { watch.signal(SIGTERM) }
        usleep(1_500_000)
        first.stop()
        let second = try MeasuredServer("--rate", "20/s", "--port", "\(first.port)")
        defer { second.stop() }
        let ending = watch.wait()
        #expect(ending.code == 0, "\(ending.complaint)")
        let moments = try Self.moments(ending.output)
        #expect(moments.first?.restarts == 0)
        let last = try #require(moments.last)
        #expect(last.restarts == 1)
        for lane in last.lanes {
            #expect((5...100).contains(lane.items), "\(lane)")
            #expect(lane.missed == 0)
            #expect(try #require(lane.p50) < 1_000_000)
        }
    }

    @Test("while a new connection's server answers nothing, the lines go on, and SIGTERM ends it")
    func silentServer() throws {
        let server = try MeasuredServer()
        let watch = try Tool.start(
            "pushlab", "watch", "http://127.0.0.1:\(server.port)", "--format", "json", "--period", "100ms",
            "--transports", "short-poll", "--interval", "100ms")
        // The program takes time to start.
        _ = watch.firstLine
        usleep(500_000)
        server.stop()
        let silent = try SilentListener(port: server.port)
        defer { silent.stop() }
        try silent.waitForConnections(2)
        usleep(2_000_000)
        watch.signal(SIGTERM)
        let began = Date()
        let ending = watch.wait()
        #expect(Date().timeIntervalSince(began) < 3)
        #expect(ending.code == 0, "\(ending.complaint)")
        let times = try Self.moments(ending.output).map(\.seconds)
        #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 < 2 }, "\(times)")
        #expect(try #require(times.last) > 2.5)
    }

    @Test("without a server: one sentence with the next step")
    func noServer() throws {
        let ending = try Tool.pushlab("watch", "http://127.0.0.1:1")
        #expect(ending.code == 1)
        #expect(ending.complaint.contains("http://127.0.0.1:1/healthz cannot be reached"))
        #expect(ending.complaint.contains("; start one: pushlab-server --port 1\n"))
    }
}

/// Lets the kernel accept connections, and never answers.
private struct SilentListener {
    private let descriptor: Int32

    init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var (isOn, address) = (Int32(1), sockaddr_in())
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &isOn, socklen_t(MemoryLayout<Int32>.size))
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0, listen(descriptor, 64) == 0 else { throw LoopbackSocket.SocketFault() }
    }

    /// Waits for this many connections, for at most 10 s each, and keeps them open.
    func waitForConnections(_ count: Int) throws {
        for _ in 0..<count {
            var state = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&state, 1, 10_000) == 1, accept(descriptor, nil, nil) >= 0 else {
                throw LoopbackSocket.SocketFault()
            }
        }
    }

    func stop() { close(descriptor) }
}

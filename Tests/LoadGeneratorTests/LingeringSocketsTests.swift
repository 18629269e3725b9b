import Glibc
import Host
import Measurement
import Testing
import WireAccounting

@testable import LoadGenerator

@Suite("Sockets that wait for the server's closing alert", .timeLimit(.minutes(1)))
struct LingeringSocketsTests {
    /// What a fleet records when a socket is closed.
    private final class Closed {
        var orderly: [Bool] = []
        var bytesDown: [Int64] = []
    }

    @Test("an alert after the client's close is counted by the program and by the kernel")
    func alert() throws {
        let (closed, lingering, pair) = try lingering()
        lingering.take(pair.client, endedOrderly: false)
        #expect(closed.orderly == [])
        #expect(pair.serverReadsEnd())
        pair.serverSends(24)
        pair.serverEnds()
        lingering.awaitEnds()
        #expect(closed.orderly == [true])
        #expect(closed.bytesDown == [24])
        #expect((lingering.bytes, lingering.setupBytes) == (24, 24))
    }

    @Test("if the alert has already arrived, the socket is closed at once", arguments: [true, false])
    func alreadyEnded(orderly: Bool) throws {
        let (closed, lingering, pair) = try lingering()
        pair.serverSends(24)
        pair.serverEnds()
        lingering.take(pair.client, endedOrderly: orderly)
        #expect(closed.orderly == [orderly])
        #expect(closed.bytesDown == [24])
        #expect((lingering.bytes, lingering.setupBytes) == (24, 24))
        #expect(lingering.nextLook == nil)
    }

    @Test("a response that was under way counts as TLS bytes, but not as set-up")
    func answer() throws {
        let (closed, lingering, pair) = try lingering()
        lingering.take(pair.client, endedOrderly: false)
        pair.serverSends(200)
        lingering.act()
        #expect(closed.orderly == [])
        pair.serverSends(24)
        pair.serverEnds()
        lingering.awaitEnds()
        #expect(closed.bytesDown == [224])
        #expect((lingering.bytes, lingering.setupBytes) == (224, 0))
    }

    @Test("a reset is not an orderly end")
    func reset() throws {
        let (closed, lingering, pair) = try lingering()
        lingering.take(pair.client, endedOrderly: false)
        pair.serverResets()
        lingering.awaitEnds()
        #expect(closed.orderly == [false])
    }

    @Test("if the server never closes, the socket is closed after the timeout; each socket has its own timeout")
    func patience() throws {
        let (closed, lingering, pair) = try lingering(patience: .milliseconds(20))
        let other = try AcceptedPair()
        lingering.take(pair.client, endedOrderly: false)
        lingering.take(other.client, endedOrderly: false)
        let began = MonotonicClock.now()
        lingering.closeOverdue()
        #expect(closed.orderly == [])
        other.serverEnds()
        lingering.awaitEnds()
        #expect(closed.orderly == [true, true])
        #expect(closed.bytesDown == [0, 0])
        #expect(MonotonicClock.now() - began >= .milliseconds(10))
        #expect((lingering.bytes, lingering.setupBytes) == (0, 0))
    }

    private func lingering(
        patience: Duration = .seconds(5)
    ) throws -> (closed: Closed, lingering: LingeringSockets, pair: AcceptedPair) {
        let closed = Closed()
        let lingering = LingeringSockets(patience: patience) { socket, orderly in
            closed.orderly.append(orderly)
            closed.bytesDown.append(SocketCounters.read(socket, closedOrderly: orderly)?.bytesDown ?? -1)
        }
        return (closed, lingering, try AcceptedPair())
    }
}

/// A TCP connection of this process to itself. The test closes the client's end.
private final class AcceptedPair {
    struct Failure: Error { let what: String }

    let client: Int32
    private var server: Int32

    init() throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let socket = client
        let isConnected = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 1) == 0 && getsockname(listener, $0, &length) == 0
                    && connect(socket, $0, length) == 0
            }
        }
        server = accept(listener, nil, nil)
        if !isConnected || server < 0 { throw Failure(what: "no loopback connection: \(errno)") }
    }

    deinit { if server >= 0 { close(server) } }

    func serverSends(_ count: Int) {
        _ = send(server, [UInt8](repeating: 0x17, count: count), count, Int32(MSG_NOSIGNAL))
    }

    /// Whether the client's half has ended without any bytes before.
    func serverReadsEnd() -> Bool {
        var byte: UInt8 = 0
        return recv(server, &byte, 1, 0) == 0
    }

    func serverEnds() {
        close(server)
        server = -1
    }

    func serverResets() {
        var atOnce = linger(l_onoff: 1, l_linger: 0)
        setsockopt(server, SOL_SOCKET, SO_LINGER, &atOnce, socklen_t(MemoryLayout<linger>.size))
        serverEnds()
    }
}

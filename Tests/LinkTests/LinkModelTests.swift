import Measurement
import Testing
import WireAccounting

@testable import Link

@Suite("A connection over a link")
struct LinkModelTests {
    typealias Arrival = SimulatedConnection.Arrival

    /// 10 ms up, 40 ms down.
    private static let uneven = LinkSettings(
        up: LinkDirectionSettings(delay: .milliseconds(10)), down: LinkDirectionSettings(delay: .milliseconds(40)))

    // MARK: Set-up

    @Test("the set-up costs a round trip before the client's first byte passes")
    func setUp() {
        var connection = SimulatedConnection(Self.uneven)
        #expect(connection.model.connectAt == SimulatedConnection.start + .milliseconds(10))
        connection.send(100, .up, at: .zero)
        connection.run()
        // SYN 10 ms, SYN-ACK 40 ms, the bytes 10 ms.
        #expect(connection.up == [Arrival(.milliseconds(60), 100)])
    }

    @Test("a server that speaks first waits for the client's ACK")
    func serverFirst() {
        var connection = SimulatedConnection(Self.uneven)
        connection.send(100, .down, at: .milliseconds(10))
        connection.run()
        // SYN 10 ms, SYN-ACK 40 ms, ACK 10 ms, the bytes 40 ms.
        #expect(connection.down == [Arrival(.milliseconds(100), 100)])
    }

    @Test(
        "a WebSocket handshake costs two round trips, three with TLS 1.3",
        arguments: [(1, Duration.milliseconds(120)), (2, Duration.milliseconds(180))])
    func handshakes(exchanges: Int, expected: Duration) throws {
        let delay = LinkDirectionSettings(delay: .milliseconds(30))
        var connection = SimulatedConnection(LinkSettings(up: delay, down: delay, slowStart: true))
        var time = Duration.zero
        for _ in 0..<exchanges {
            connection.send(400, .up, at: time)
            connection.run()
            connection.send(200, .down, at: try #require(connection.up.last).at)
            connection.run()
            time = try #require(connection.down.last).at
        }
        #expect(time == expected)
    }

    // MARK: Ends

    @Test("an end passes after the bytes before it, and the other direction goes on")
    func halfClose() {
        var connection = SimulatedConnection(Self.uneven)
        connection.send(100, .up, at: .seconds(1))
        connection.close(.up, at: .seconds(1))
        connection.send(200, .down, at: .seconds(2))
        connection.run()
        #expect(connection.up == [Arrival(.milliseconds(1_010), 100)])
        #expect(connection.down == [Arrival(.milliseconds(2_040), 200)])
        #expect(connection.ends.map(\.at) == [.milliseconds(1_010)])
        #expect(!connection.model.isFinished)
        connection.close(.down, at: .seconds(3))
        connection.run()
        #expect(connection.ends.map(\.at) == [.milliseconds(1_010), .milliseconds(3_040)])
        #expect(connection.ends.allSatisfy { $0.end == .closed })
        #expect(connection.model.isFinished)
        #expect(connection.model.nextDeadline == nil)
    }

    @Test("an end waits for bytes that wait for the window")
    func endBehindWindow() {
        let delay = LinkDirectionSettings(delay: .milliseconds(50))
        var connection = SimulatedConnection(LinkSettings(up: delay, down: delay, slowStart: true))
        connection.send(20_000, .down, at: .seconds(1))
        connection.close(.down, at: .seconds(1))
        connection.run()
        #expect(connection.downBytes == 20_000)
        #expect(connection.ends.map(\.at) == [.milliseconds(1_150)])
    }

    @Test("an end waits for the line")
    func endBehindLine() {
        // 125,000 B at 1 Mbit/s take 1 s.
        let thin = LinkDirectionSettings(
            delay: .milliseconds(10), bandwidth: BitRate(bitsPerSecond: 1_000_000), queueBytes: 1 << 20)
        var connection = SimulatedConnection(LinkSettings(up: thin, down: thin))
        connection.send(125_000, .up, at: .seconds(1))
        connection.close(.up, at: .seconds(1))
        connection.run()
        #expect(connection.up.last?.at == .milliseconds(2_010))
        #expect(connection.ends.map(\.at) == [.milliseconds(2_010)])
    }

    @Test("a reset by the client overtakes nothing, and what comes down after it is swallowed")
    func resetByClient() {
        var connection = SimulatedConnection(Self.uneven)
        connection.send(500, .down, at: .milliseconds(990))
        connection.send(100, .up, at: .milliseconds(995))
        connection.reset(.up, at: .seconds(1))
        connection.send(50, .down, at: .milliseconds(1_005))
        connection.run()
        #expect(connection.up == [Arrival(.milliseconds(1_005), 100)])
        #expect(connection.down.isEmpty)
        #expect(connection.ends.map(\.end) == [.reset])
        #expect(connection.ends.map(\.at) == [.milliseconds(1_010)])
        #expect(connection.model.isFinished)
        #expect(connection.model.unreleased(.down) == 550)
        #expect(connection.model.unreleased(.up) == 0)
    }

    @Test("a server that refuses the connection is a reset from it")
    func refused() {
        var connection = SimulatedConnection(Self.uneven)
        connection.send(300, .up, at: .zero)
        connection.reset(.down, at: .milliseconds(10))
        connection.run()
        #expect(connection.up.isEmpty)
        #expect(connection.ends.map(\.end) == [.reset])
        #expect(connection.model.unreleased(.up) == 300)
    }

    @Test("a reset may follow an end")
    func resetAfterEnd() {
        var connection = SimulatedConnection(Self.uneven)
        connection.close(.up, at: .seconds(1))
        connection.reset(.up, at: .seconds(2))
        connection.run()
        #expect(connection.ends.map(\.end) == [.closed, .reset])
        #expect(connection.model.isFinished)
    }

    // MARK: Stalls

    private static func stalled(_ stalls: LinkStall...) -> SimulatedConnection {
        let delay = LinkDirectionSettings(delay: .milliseconds(50))
        return SimulatedConnection(LinkSettings(up: delay, down: delay, stalls: stalls))
    }

    @Test("nothing passes during a stall")
    func stall() {
        var connection = Self.stalled(LinkStall(after: .seconds(2), duration: .seconds(1)))
        connection.send(1, .down, at: .milliseconds(1_900))
        connection.send(2, .down, at: .milliseconds(1_960))
        connection.send(3, .down, at: .milliseconds(2_500))
        connection.send(4, .down, at: .milliseconds(3_000))
        connection.close(.up, at: .milliseconds(2_100))
        connection.run()
        #expect(
            connection.down == [
                // What is on its way when the stall begins arrives at its end; what is sent during it leaves then.
                Arrival(.milliseconds(1_950), 1), Arrival(.seconds(3), 2), Arrival(.milliseconds(3_050), 7),
            ])
        #expect(connection.ends.map(\.at) == [.milliseconds(3_050)])
    }

    @Test("overlapping stalls are one")
    func overlap() {
        var connection = Self.stalled(
            LinkStall(after: .seconds(4), duration: .seconds(1)), LinkStall(after: .seconds(2), duration: .seconds(1)),
            LinkStall(after: .milliseconds(2_500), duration: .milliseconds(1_500)))
        connection.send(9, .up, at: .seconds(2))
        connection.run()
        #expect(connection.up == [Arrival(.milliseconds(5_050), 9)])
    }

    @Test("stalls may begin to count later than the connection")
    func lateOrigin() {
        let settings = LinkSettings(stalls: [LinkStall(after: .zero, duration: .seconds(1))])
        var model = LinkModel(settings, seed: 1, connection: 0, acceptedAt: SimulatedConnection.start)
        #expect(Self.passes(&model, at: .seconds(1)))
        model.beginStalls(settings.stalls, at: SimulatedConnection.start + .seconds(2))
        #expect(!Self.passes(&model, at: .seconds(2)))
    }

    private static func passes(_ model: inout LinkModel, at time: Duration) -> Bool {
        [UInt8(0)].withUnsafeBytes { model.received($0, .up, at: SimulatedConnection.start + time) }
        model.advance(to: SimulatedConnection.start + time)
        return model.takeReleased(.up).bytes == 1
    }

    // MARK: Randomness

    @Test("the same seed and connection give the same network; others differ")
    func replay() {
        let direction = LinkDirectionSettings(delay: .milliseconds(50), jitter: .milliseconds(20), loss: 0.1)
        func arrivals(seed: UInt64, connection: UInt64) -> [Arrival] {
            var simulated = SimulatedConnection(
                LinkSettings(up: direction, down: direction), seed: seed, connection: connection)
            for item in 1...100 { simulated.send(10, .up, at: .seconds(item)) }
            simulated.run()
            return simulated.up
        }
        #expect(arrivals(seed: 1, connection: 0) == arrivals(seed: 1, connection: 0))
        #expect(arrivals(seed: 1, connection: 0) != arrivals(seed: 1, connection: 1))
        #expect(arrivals(seed: 1, connection: 0) != arrivals(seed: 2, connection: 0))
    }

    @Test("loss does not change the jitter, and one direction not the other")
    func independence() {
        func down(loss: Double, upJitter: Duration) -> [Arrival] {
            var simulated = SimulatedConnection(
                LinkSettings(
                    up: LinkDirectionSettings(jitter: upJitter, loss: loss),
                    down: LinkDirectionSettings(delay: .milliseconds(50), jitter: .milliseconds(20))))
            for item in 1...100 {
                simulated.send(10, .up, at: .seconds(item))
                simulated.send(10, .down, at: .seconds(item))
            }
            simulated.run()
            return simulated.down
        }
        #expect(down(loss: 0, upJitter: .zero) == down(loss: 0.5, upJitter: .milliseconds(5)))
    }
}

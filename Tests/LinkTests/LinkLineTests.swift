import Measurement
import Testing
import WireAccounting

@testable import Link

@Suite("One direction of a link")
struct LinkLineTests {
    typealias Arrival = SimulatedConnection.Arrival

    @Test("a constant delay is exact, for each direction on its own")
    func delay() {
        var connection = SimulatedConnection(
            LinkSettings(
                up: LinkDirectionSettings(delay: .milliseconds(10)),
                down: LinkDirectionSettings(delay: .milliseconds(40))))
        connection.send(128, .up, at: .seconds(1))
        connection.send(256, .down, at: .seconds(1))
        connection.send(64, .down, at: .milliseconds(1_001))
        connection.run()
        #expect(connection.up == [Arrival(.milliseconds(1_010), 128)])
        #expect(connection.down == [Arrival(.milliseconds(1_040), 256), Arrival(.milliseconds(1_041), 64)])
    }

    @Test("without any setting, bytes pass at once")
    func nothing() {
        var connection = SimulatedConnection(LinkSettings())
        connection.send(100_000, .down, at: .zero)
        connection.close(.down, at: .zero)
        connection.run(until: .zero)
        #expect(connection.down == [Arrival(.zero, 100_000)])
        #expect(connection.ends.map(\.at) == [.zero])
        #expect(connection.model.nextDeadline == nil)
    }

    @Test("each segment of 1,448 B occupies the line for its bytes divided by the bandwidth")
    func segments() {
        // 1,448 B at 2 Mbit/s take 5.792 ms; the last 104 B take 0.416 ms.
        var connection = SimulatedConnection(
            both: LinkDirectionSettings(delay: .milliseconds(10), bandwidth: BitRate(bitsPerSecond: 2_000_000)))
        connection.send(3_000, .down, at: .seconds(1))
        connection.run()
        #expect(
            connection.down == [
                Arrival(.microseconds(1_015_792), 1_448), Arrival(.microseconds(1_021_584), 1_448),
                Arrival(.microseconds(1_022_000), 104),
            ])
    }

    @Test("1 MiB at 2 Mbit/s takes 4.194304 s, whatever the queue", arguments: [1_448, 10_000, 65_536, 1 << 22])
    func transfer(queue: Int) throws {
        var connection = SimulatedConnection(
            both: LinkDirectionSettings(bandwidth: BitRate(bitsPerSecond: 2_000_000), queueBytes: queue))
        connection.pour(1 << 20, .down, from: .seconds(1))
        connection.run()
        #expect(connection.downBytes == 1 << 20)
        let last = try #require(connection.down.last)
        // With a queue of one segment, the link reads the next one when the line is free.
        #expect(last.at - .seconds(1) == .microseconds(4_194_304))
    }

    @Test("a queue never exceeds its bound", arguments: [1_448, 2_896, 20_000, 65_536])
    func queue(bound: Int) {
        var connection = SimulatedConnection(
            both: LinkDirectionSettings(bandwidth: BitRate(bitsPerSecond: 1_000_000), queueBytes: bound))
        connection.pour(1 << 20, .up, from: .zero)
        // Without delay, what does not wait is on the line: one segment.
        let most = connection.largestUnreleased
        #expect(most <= bound + LinkLine.segmentBytes)
        #expect(most > bound - LinkLine.segmentBytes)
    }

    @Test("a full queue delays what comes later: bufferbloat")
    func bufferbloat() throws {
        // 64 KiB at 2 Mbit/s take 262.144 ms.
        var connection = SimulatedConnection(
            both: LinkDirectionSettings(delay: .milliseconds(5), bandwidth: BitRate(bitsPerSecond: 2_000_000)))
        connection.send(65_536, .down, at: .seconds(1))
        connection.send(128, .down, at: .seconds(1))
        connection.run()
        let last = try #require(connection.down.last)
        #expect(last == Arrival(.microseconds(1_267_144 + 512), 128))
    }

    @Test("bytes that wait for the congestion window leave in whole segments")
    func coalescing() {
        var connection = SimulatedConnection(both: LinkDirectionSettings(delay: .milliseconds(50)), slowStart: true)
        for _ in 0..<1_000 { connection.send(1, .down, at: .seconds(1)) }
        connection.run()
        #expect(connection.down == [Arrival(.milliseconds(1_050), 10), Arrival(.milliseconds(1_150), 990)])
        #expect(connection.model.counts(.down).segments == 11)
    }

    @Test("no direction has more than 4 MiB in flight")
    func largestWindow() {
        var connection = SimulatedConnection(
            both: LinkDirectionSettings(delay: .seconds(1), queueBytes: 64 << 20))
        for _ in 0..<8 { connection.send(724 * 1_448, .up, at: .seconds(10)) }
        connection.run(until: .seconds(11))
        #expect(connection.upBytes == 2_896 * 1_448)
        connection.run()
        #expect(connection.upBytes == 8 * 724 * 1_448)
    }

    @Test("a wake-up that comes late changes no instant")
    func lateness() {
        let settings = LinkDirectionSettings(
            delay: .milliseconds(30), jitter: .milliseconds(10), bandwidth: BitRate(bitsPerSecond: 3_000_000),
            queueBytes: 1 << 20, loss: 0.05)
        var exact = SimulatedConnection(both: settings, slowStart: true)
        var late = exact.model
        var lateBytes = 0
        var random = SeededGenerator(seed: 5)
        for step in 1...400 {
            let time = Duration.milliseconds(17) * step
            let bytes = [UInt8](repeating: 0, count: Int(random.uniform(below: 5_000)))
            exact.send(bytes.count, .down, at: time)
            bytes.withUnsafeBytes { late.received($0, .down, at: SimulatedConnection.start + time) }
            guard step % 50 == 0 else { continue }
            late.advance(to: SimulatedConnection.start + time)
            exact.run(until: time)
            lateBytes += late.takeReleased(.down).bytes
            #expect(lateBytes == exact.downBytes)
        }
        #expect(late.counts(.down) == exact.model.counts(.down))
        #expect(late.counts(.down).losses > 10)
    }
}

import Foundation
import Measurement
import Testing
import WireAccounting

@testable import Link

@Suite("Resets and silence of a link")
struct LinkFaultTests {
    typealias Arrival = SimulatedConnection.Arrival

    private static func faultTimes(_ settings: LinkSettings) -> [Double] {
        (0..<UInt64(4_000)).compactMap { number in
            let model = SimulatedConnection(settings, connection: number).model
            return model.nextDeadline.map { ($0 - SimulatedConnection.start).seconds }
        }
    }

    @Test(
        "times to reset and to silence are exponentially distributed",
        arguments: [LinkSettings(meanTimeToReset: .seconds(10)), LinkSettings(meanTimeToSilence: .seconds(10))])
    func distribution(settings: LinkSettings) {
        let times = Self.faultTimes(settings).sorted()
        #expect(times.count == 4_000)
        var distance = 0.0
        for (index, time) in times.enumerated() {
            let expected = 1 - exp(-time / 10)
            distance = max(distance, abs(Double(index) / 4_000 - expected))
        }
        // Probability 0.1 % for a distance above 1.95 / √n.
        #expect(distance < 1.95 / 4_000.0.squareRoot())
    }

    @Test("with both, the earlier one happens")
    func both() {
        let times = Self.faultTimes(LinkSettings(meanTimeToReset: .seconds(10), meanTimeToSilence: .seconds(10)))
        let mean = times.reduce(0, +) / 4_000
        // The minimum of two has half the mean.
        #expect(abs(mean - 5) < 0.3)
    }

    @Test("a reset ends the connection at once, and bytes on their way are swallowed")
    func reset() throws {
        var connection = SimulatedConnection(
            LinkSettings(down: LinkDirectionSettings(delay: .seconds(1)), meanTimeToReset: .seconds(100)))
        let deadline = try #require(connection.model.nextDeadline) - SimulatedConnection.start
        connection.send(100, .down, at: deadline - .milliseconds(1_500))
        connection.send(200, .down, at: deadline - .milliseconds(500))
        connection.run()
        #expect(connection.down == [Arrival(deadline - .milliseconds(500), 100)])
        #expect(connection.model.state == .reset)
        #expect(connection.model.unreleased(.down) == 200)
        #expect(connection.model.nextDeadline == nil)
        // What the driver still reads before it closes.
        connection.send(50, .up, at: deadline)
        connection.run()
        #expect(connection.model.unreleased(.up) == 50)
        #expect(connection.up.isEmpty)
    }

    @Test("bytes that were due before a reset are released, however late the wake-up")
    func lateReset() throws {
        var connection = SimulatedConnection(
            LinkSettings(up: LinkDirectionSettings(delay: .seconds(1)), meanTimeToReset: .seconds(100)))
        let deadline = try #require(connection.model.nextDeadline)
        connection.send(100, .up, at: deadline - SimulatedConnection.start - .seconds(2))
        connection.model.advance(to: deadline + .seconds(60))
        #expect(connection.model.state == .reset)
        #expect(connection.model.takeReleased(.up).bytes == 100)
    }

    @Test("in silence nothing passes, not even an end, and everything is read")
    func silence() throws {
        var connection = SimulatedConnection(LinkSettings(meanTimeToSilence: .seconds(100)))
        let deadline = try #require(connection.model.nextDeadline) - SimulatedConnection.start
        connection.send(10, .up, at: deadline - .nanoseconds(1))
        connection.send(20, .up, at: deadline)
        connection.send(1 << 20, .down, at: deadline + .seconds(1))
        connection.close(.up, at: deadline + .seconds(2))
        connection.reset(.down, at: deadline + .seconds(3))
        connection.run()
        #expect(connection.upBytes == 10)
        #expect(connection.down.isEmpty)
        #expect(connection.ends.isEmpty)
        #expect(connection.model.state == .silent)
        #expect(connection.model.room(.down) > 0)
        #expect(connection.model.unreleased(.up) == 20)
        #expect(connection.model.unreleased(.down) == 1 << 20)
        #expect(!connection.model.isFinished)
    }
}

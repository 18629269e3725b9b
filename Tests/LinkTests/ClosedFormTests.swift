import Measurement
import Testing
import WireAccounting

@testable import Link

/// The delays that follow from the transports' rules and a constant delay d of each direction, rtt = 2 d.
@Suite("Closed forms of delay over a link")
struct ClosedFormTests {
    /// Due times of 1,000 items, from 2 s on.
    private static func items(mean: Duration, seed: UInt64 = 3) -> [Duration] {
        var random = SeededGenerator(seed: seed)
        var time = Duration.seconds(2)
        return (0..<1_000).map { _ in
            time += .nanoseconds(Int64(random.exponential(mean: Double(mean.nanoseconds))))
            return time
        }
    }

    private static func link(roundTrip: Duration) -> SimulatedConnection {
        SimulatedConnection(both: LinkDirectionSettings(delay: roundTrip / 2), slowStart: roundTrip > .zero)
    }

    /// Sends bytes and returns when they arrive.
    private static func transit(
        _ connection: inout SimulatedConnection, _ direction: Direction, at time: Duration
    ) throws -> Duration {
        connection.send(200, direction, at: time)
        connection.run()
        return try #require(direction == .up ? connection.up.last?.at : connection.down.last?.at)
    }

    /// An item waits half an interval on average until a poll reaches the server, and then travels d. The poll's own
    /// travel costs nothing, because the schedule sends it regardless of the item. A client has one poll at a time, so
    /// the interval is at least a round trip.
    @Test(
        "short polling: the mean delay is max(I, rtt) / 2 + rtt / 2",
        arguments: [Duration.milliseconds(100), .milliseconds(500), .seconds(1), .seconds(5)],
        [Duration.zero, .milliseconds(50), .milliseconds(200)])
    func shortPolling(interval: Duration, roundTrip: Duration) throws {
        let items = Self.items(mean: .milliseconds(200))
        var connection = Self.link(roundTrip: roundTrip)
        var delays: [Double] = []
        var poll = Duration.seconds(1)
        var tick = 0
        while delays.count < items.count {
            let reached = try Self.transit(&connection, .up, at: poll)
            let answered = try Self.transit(&connection, .down, at: reached)
            while delays.count < items.count, items[delays.count] <= reached {
                delays.append((answered - items[delays.count]).seconds)
            }
            // Ticks that pass during a poll become one late poll.
            repeat { tick += 1 } while .seconds(1) + interval * (tick + 1) <= answered
            poll = max(.seconds(1) + interval * tick, answered)
        }
        let expected = (max(interval, roundTrip) / 2 + roundTrip / 2).seconds
        #expect(abs(delays.reduce(0, +) / Double(delays.count) - expected) < 0.05 * expected)
        let longest = (max(interval, roundTrip) + roundTrip / 2).seconds
        #expect(delays.allSatisfy { $0 <= longest + 1e-9 })
    }

    /// An item finds a held poll and travels d. One that is published just after a response waits for the response, the
    /// next poll and the answer: 3 d (RFC 6202 §2.2).
    @Test("long polling: the median is one transit, the maximum three", arguments: [20, 50, 200])
    func longPolling(milliseconds: Int) throws {
        let roundTrip = Duration.milliseconds(milliseconds)
        let items = Self.items(mean: .seconds(1))
        var connection = Self.link(roundTrip: roundTrip)
        var delays: [Duration] = []
        var poll = Duration.seconds(1)
        while delays.count < items.count {
            let reached = try Self.transit(&connection, .up, at: poll)
            let ready = max(reached, items[delays.count])
            let answered = try Self.transit(&connection, .down, at: ready)
            while delays.count < items.count, items[delays.count] <= ready {
                delays.append(answered - items[delays.count])
            }
            poll = answered
        }
        delays.sort()
        #expect(delays[500] == roundTrip / 2)
        #expect(delays[999] <= roundTrip / 2 * 3)
        #expect(delays[999] > roundTrip)
    }

    @Test("push: every item takes one transit", arguments: [0, 20, 80, 200])
    func push(milliseconds: Int) throws {
        let roundTrip = Duration.milliseconds(milliseconds)
        let items = Self.items(mean: .milliseconds(100))
        var connection = Self.link(roundTrip: roundTrip)
        for item in items { connection.send(150, .down, at: item) }
        connection.run()
        #expect(connection.down.count == items.count)
        #expect(zip(connection.down, items).allSatisfy { $0.at == $1 + roundTrip / 2 })
    }
}

import Measurement
import WireAccounting

@testable import Link

/// A connection over a link without a clock: the test reports input at instants that it makes up, and reads what
/// arrived when.
struct SimulatedConnection {
    struct Arrival: Equatable {
        let at: Duration
        let bytes: Int

        init(_ at: Duration, _ bytes: Int) {
            self.at = at
            self.bytes = bytes
        }
    }

    /// Instant 0 of all times in a test; the client connects then.
    static let start = MonotonicInstant(nanoseconds: 1_000_000_000)
    private static let zeros = [UInt8](repeating: 0, count: 1 << 20)

    var model: LinkModel
    private(set) var up: [Arrival] = []
    private(set) var down: [Arrival] = []
    /// The most bytes in the link at any time, both directions together.
    private(set) var largestUnreleased = 0
    private(set) var ends: [(direction: Direction, end: LinkEnd, at: Duration)] = []

    init(_ settings: LinkSettings, seed: UInt64 = 1, connection: UInt64 = 0) {
        model = LinkModel(
            settings, seed: seed, connection: connection, acceptedAt: Self.start, stallsFrom: Self.start)
    }

    /// Both directions alike.
    init(both direction: LinkDirectionSettings, slowStart: Bool = false, seed: UInt64 = 1) {
        self.init(LinkSettings(up: direction, down: direction, slowStart: slowStart), seed: seed)
    }

    mutating func send(_ bytes: Int, _ direction: Direction, at time: Duration) {
        run(until: time)
        Self.zeros.withUnsafeBytes {
            model.received(UnsafeRawBufferPointer(rebasing: $0[..<bytes]), direction, at: Self.start + time)
        }
        wake(at: Self.start + time)
        largestUnreleased = max(largestUnreleased, model.unreleased(.up) + model.unreleased(.down))
    }

    mutating func send(_ text: String, _ direction: Direction, at time: Duration) {
        run(until: time)
        Array(text.utf8).withUnsafeBytes { model.received($0, direction, at: Self.start + time) }
        wake(at: Self.start + time)
    }

    mutating func close(_ direction: Direction, at time: Duration) {
        run(until: time)
        model.ended(direction, at: Self.start + time)
    }

    mutating func reset(_ direction: Direction, at time: Duration) {
        run(until: time)
        model.wasReset(direction, at: Self.start + time)
    }

    /// Sends as fast as the link reads.
    mutating func pour(_ total: Int, _ direction: Direction, from time: Duration) {
        var (now, rest) = (time, total)
        while rest > 0 {
            let bytes = min(rest, model.room(direction), Self.zeros.count)
            if bytes > 0 { send(bytes, direction, at: now) }
            rest -= bytes
            guard rest > 0, let deadline = model.nextDeadline else { return }
            now = max(now, deadline - Self.start)
            run(until: now)
        }
    }

    /// Wakes at each deadline up to this time.
    mutating func run(until time: Duration = .seconds(1_000_000)) {
        while let deadline = model.nextDeadline, deadline <= Self.start + time { wake(at: deadline) }
        if time < .seconds(1_000_000) { wake(at: Self.start + time) }
    }

    mutating func wake(at instant: MonotonicInstant) {
        model.advance(to: instant)
        for direction in Direction.allCases {
            let release = model.takeReleased(direction)
            if release.bytes > 0 {
                let arrival = Arrival(instant - Self.start, release.bytes)
                if direction == .up { up.append(arrival) } else { down.append(arrival) }
            }
            if let end = release.end { ends.append((direction, end, instant - Self.start)) }
        }
    }

    var upBytes: Int { up.reduce(0) { $0 + $1.bytes } }
    var downBytes: Int { down.reduce(0) { $0 + $1.bytes } }
}

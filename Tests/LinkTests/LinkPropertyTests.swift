import Measurement
import Testing
import WireAccounting

@testable import Link

/// Rules that hold for every link and every order of events, on random ones.
@Suite("Every link")
struct LinkPropertyTests {
    @Test("passes every byte in order, wakes its driver only in the future, and keeps its queue", arguments: 0..<300)
    func rules(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed), stream: 99)
        var driver = RandomDriver(Self.settings(&random), seed: UInt64(seed))
        for _ in 0..<300 { driver.step(&random) }
        driver.finish()
        #expect(driver.faults.isEmpty)
    }

    private static func settings(_ random: inout SeededGenerator) -> LinkSettings {
        func direction(_ random: inout SeededGenerator) -> LinkDirectionSettings {
            LinkDirectionSettings(
                delay: .milliseconds(random.below(4) * 40), jitter: .milliseconds(random.below(3) * 15),
                jitterDistribution: JitterDistribution.allCases[random.below(3)],
                bandwidth: random.below(2) == 0 ? nil : BitRate(bitsPerSecond: 1_000 << Int64(random.below(16))),
                queueBytes: 1_448 << random.below(7), loss: Double(random.below(3)) * 0.1)
        }
        return LinkSettings(
            up: direction(&random), down: direction(&random), slowStart: random.below(2) == 0,
            stalls: random.below(2) == 0 ? [] : [LinkStall(after: .milliseconds(700), duration: .seconds(1))],
            meanTimeToReset: random.below(4) == 0 ? .seconds(5) : nil,
            meanTimeToSilence: random.below(4) == 0 ? .seconds(5) : nil,
            buffering: random.below(4) == 0 ? .bytes(3_000) : nil)
    }
}

extension SeededGenerator {
    fileprivate mutating func below(_ bound: Int) -> Int { Int(uniform(below: UInt64(bound))) }
}

/// Sends at random and checks the rules after each step.
private struct RandomDriver {
    private(set) var faults: Set<String> = []
    private let settings: LinkSettings
    private var model: LinkModel
    private var now = SimulatedConnection.start
    private var received: [Direction: Int] = [.up: 0, .down: 0]
    private var released: [Direction: Int] = [.up: 0, .down: 0]
    private var lastDue: [Direction: MonotonicInstant] = [:]
    private let bytes = [UInt8](repeating: 0x20, count: 1 << 17)

    init(_ settings: LinkSettings, seed: UInt64) {
        self.settings = settings
        model = LinkModel(settings, seed: seed, connection: 0, acceptedAt: now, stallsFrom: now)
    }

    mutating func step(_ random: inout SeededGenerator) {
        let direction: Direction = random.below(2) == 0 ? .up : .down
        switch random.below(4) {
        case 0: now = now + .microseconds(random.below(50_000))
        case 1: now = max(now, model.nextDeadline ?? now)
        default: receive(min(model.room(direction), 1 + random.below(5_000)), direction)
        }
        wake()
    }

    mutating func finish() {
        for direction in Direction.allCases { model.ended(direction, at: now) }
        var wakes = 0
        while let deadline = model.nextDeadline, wakes < 100_000 {
            wakes += 1
            now = max(now, deadline)
            wake()
        }
        check(model.nextDeadline == nil, "the link never comes to an end")
        guard model.state == .open else { return }
        check(model.isFinished, "an end is missing")
        check(released == received, "bytes are missing")
    }

    private mutating func receive(_ count: Int, _ direction: Direction) {
        guard count > 0 else { return }
        bytes.withUnsafeBytes {
            model.received(UnsafeRawBufferPointer(rebasing: $0[..<count]), direction, at: now)
        }
        received[direction, default: 0] += count
    }

    private mutating func wake() {
        model.advance(to: now)
        check(model.nextDeadline.map { $0 > now } ?? true, "a deadline is not in the future")
        for (direction, settings) in [(Direction.up, settings.up), (.down, settings.down)] {
            let release = model.takeReleased(direction)
            released[direction, default: 0] += release.bytes
            check((0...settings.queueBytes).contains(model.room(direction)), "the room exceeds the queue")
            let missing = received[direction, default: 0] - released[direction, default: 0]
            check(model.unreleased(direction) == missing, "the number of bytes in the link is wrong")
            guard let due = release.due else { continue }
            check(due <= now, "bytes are early")
            check(lastDue[direction].map { $0 <= due } ?? true, "bytes are out of order")
            lastDue[direction] = due
        }
    }

    private mutating func check(_ holds: Bool, _ fault: String) {
        if !holds { faults.insert(fault) }
    }
}

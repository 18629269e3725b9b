import ArgumentParser
import Arguments
import Lab
import LoadGenerator
import Measurement

/// Deliberate faults for tests: a run with one of them must be rejected.
struct FaultOptions: ParsableArguments {
    @Option(parsing: .unconditional, help: "Publish each item this much late.", transform: Self.time)
    var faultPublishDelay = Duration.zero

    @Option(parsing: .unconditional, help: "Burn this much CPU time for each item received.", transform: Self.time)
    var faultReceiveDelay = Duration.zero

    @Option(parsing: .unconditional, help: "Sleep this long before each scheduled poll.", transform: Self.time)
    var faultPollDelay = Duration.zero

    @Option(
        parsing: .unconditional, help: "Let the server spend this much processor time per item and client.",
        transform: Self.time)
    var testDelayPerItem = Duration.zero

    @Option(
        parsing: .unconditional, help: "Give a load process, the last of several, a clock that differs from this one.",
        transform: Self.clock)
    var faultForeignClock: ArtificialClock?

    private static let time = ArgumentReading.quantity(in: Duration.zero...Duration.seconds(86_400))

    var faults: DeliberateFaults {
        var faults = DeliberateFaults()
        faults.publishDelay = faultPublishDelay
        faults.itemDelay = testDelayPerItem
        faults.load.receiveDelay = faultReceiveDelay
        faults.load.pollDelay = faultPollDelay
        faults.load.clock = faultForeignClock
        return faults
    }

    private static func clock(_ text: String) throws -> ArtificialClock {
        do throws(ArtificialClockFault) {
            return try ArtificialClock(text)
        } catch {
            throw ValidationError(error.description)
        }
    }
}

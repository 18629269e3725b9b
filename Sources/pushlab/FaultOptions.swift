import ArgumentParser
import Arguments
import Lab
import LoadGenerator
import Measurement

/// Deliberate faults for tests: a run with one of them must be rejected.
struct FaultOptions: ParsableArguments {
    @Option(help: "Publish each item this much late.", transform: ArgumentReading.quantity)
    var faultPublishDelay = Duration.zero

    @Option(help: "Burn this much CPU time for each item received.", transform: ArgumentReading.quantity)
    var faultReceiveDelay = Duration.zero

    @Option(help: "Sleep this long before each scheduled poll.", transform: ArgumentReading.quantity)
    var faultPollDelay = Duration.zero

    var faults: DeliberateFaults {
        var faults = DeliberateFaults()
        faults.publishDelay = faultPublishDelay
        faults.load.receiveDelay = faultReceiveDelay
        faults.load.pollDelay = faultPollDelay
        return faults
    }
}

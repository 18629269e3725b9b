import Link
import LinkRelay
import Measurement
import ResultFiles
import Scenario

/// The columns on the simulated network.
extension RowMaker {
    /// The network as it was asked for.
    static func add(_ network: Scenario.Network, to row: inout SummaryRow) {
        let settings = network.settings
        row.network = network.text
        row.roundTripMilliseconds = settings.roundTrip.seconds * 1_000
        row.jitterMilliseconds = settings.down.jitter.seconds * 1_000
        row.bandwidthUp = settings.up.bandwidth.map { Int($0.bitsPerSecond) }
        row.bandwidthDown = settings.down.bandwidth.map { Int($0.bitsPerSecond) }
        row.lossRatio = settings.down.loss
    }

    /// What the network did.
    func addLink(_ row: inout SummaryRow) {
        guard let link = outcome.link else { return }
        row.linkAddedP50Microseconds = link.addedLatency.percentile(50).map(Double.init)
        row.linkAddedP99Microseconds = link.addedLatency.percentile(99).map(Double.init)
        row.linkSwallowedBytesUp = Int(clamping: link.swallowedUp)
        row.linkSwallowedBytesDown = Int(clamping: link.swallowedDown)
    }
}

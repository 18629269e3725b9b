import Host
import LoadGenerator
import Measurement
import Transports

/// Measures what measures, before a run: the floor below which no figure of this machine means anything.
enum Calibration {
    /// For the manifest; each name ends in its unit. Takes about a quarter of a second.
    static func facts() -> [String: String] {
        var facts = clock(ClockCalibration.measure())
        if let loopback = LoopbackRoundTrip.measure() {
            facts["loopback_round_trip_p50_us"] = decimal(Double(loopback.medianNanoseconds) / 1_000)
            facts["loopback_round_trip_p99_us"] = decimal(Double(loopback.p99Nanoseconds) / 1_000)
        }
        facts["receive_path_websocket_ns_per_item"] = ReceivePathCost.webSocketNanoseconds().map(decimal)
        facts["receive_path_lines_ns_per_item"] = ReceivePathCost.linesNanoseconds().map(decimal)
        return facts
    }

    private static func clock(_ clock: ClockCalibration) -> [String: String] {
        [
            "clock_resolution_ns": "\(clock.resolutionNanoseconds)",
            "clock_smallest_step_ns": "\(clock.smallestStepNanoseconds)",
            "clock_reading_ns": decimal(clock.readingNanoseconds),
        ]
    }

    private static func decimal(_ value: Double) -> String {
        "\((value * 10).rounded() / 10)"
    }
}

import Host
import LoadGenerator

/// Measures the instrument itself before a run: results below these values mean nothing on this machine.
enum Calibration {
    /// The values for the manifest; each name ends in its unit. Takes about 0.25 s.
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

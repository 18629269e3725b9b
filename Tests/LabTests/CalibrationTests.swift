import Testing

@testable import Lab

@Suite("Calibration before a run")
struct CalibrationTests {
    @Test("measures clock, loopback and the load generator's own code")
    func facts() throws {
        let facts = Calibration.facts()
        let names = [
            "clock_resolution_ns", "clock_smallest_step_ns", "clock_reading_ns", "loopback_round_trip_p50_us",
            "loopback_round_trip_p99_us", "receive_path_websocket_ns_per_item", "receive_path_lines_ns_per_item",
        ]
        #expect(Set(facts.keys) == Set(names))
        for name in names {
            let value = try #require(facts[name].flatMap { Double($0) })
            #expect(value > 0 && value < 1e6, "\(name) is \(value)")
        }
    }
}

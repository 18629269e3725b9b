import Prediction
import Report
import ResultFiles

/// Advice for programs.
enum AdviceJSON {
    /// The fields of `advise`.
    static func fields(_ advice: Advice) -> [(String, JSONValue)] {
        [
            ("clients", .number(advice.request.clients)), ("cpu_is_measured", .flag(advice.costs.isMeasured)),
            ("transports", .array(advice.candidates.map(transport))),
            ("break_even", JSONValue(fields: breakEven(advice.breakEven))),
            ("scenario", .string(advice.scenario(repeats: RepeatNeeds.paired))),
        ]
    }

    private static func transport(_ candidate: Advice.Candidate) -> JSONValue {
        func milliseconds(_ seconds: Double?) -> JSONValue { seconds.map { .number($0 * 1e3) } ?? .null }
        return JSONValue(
            fields: [
                ("use", .string(candidate.use)), ("meets_age", .flag(candidate.meetsAge)),
                ("mean_age_ms", milliseconds(candidate.meanAge)),
                ("longest_age_ms", milliseconds(candidate.largestAge)),
                ("bytes_per_client_s", .number(candidate.bytes)),
                ("wire_bytes_per_client_s", .number(candidate.wireBytes)),
                ("idle_wire_bytes_per_client_s", .number(candidate.idleBytes)),
                ("requests_per_client_s", .number(candidate.requests)),
                ("server_cpu_ms_per_client_s", milliseconds(candidate.serverTime)),
            ])
    }

    private static func breakEven(_ point: PollingBreakEven) -> [(String, JSONValue)] {
        let values: [(String, Double?)] = [
            ("items_per_poll", point.items), ("interval_s", point.interval.value), ("rate_per_s", point.rate.value),
            ("header_bytes", point.headers.value),
        ]
        return values.compactMap { name, value in value.map { (name, JSONValue.number($0)) } }
    }
}

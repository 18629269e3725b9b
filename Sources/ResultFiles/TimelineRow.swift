/// One second of one run: a row of `timeline.csv`.
package struct TimelineRow: CSVRow {
    package var runID: String = ""
    package var caseID: String = ""
    package var repetition: Int = 0
    package var transport: String = ""
    package var variant: String = ""
    package var second: Int = 0
    package var delivered: Int = 0
    package var latencyP50Microseconds: Double?
    package var latencyP99Microseconds: Double?
    package var latencyMaxMicroseconds: Double?

    package init() {}

    package static let table = CSVTable<TimelineRow>(
        fileName: "timeline.csv",
        summary: "One row per run and second, warm-up included.",
        key: ["run_id", "case_id", "repeat", "t_s"],
        fields: columns
    )

    static let columns: [CSVField<TimelineRow>] = [
        .always(
            "run_id", \.runID,
            "Identifier of the run: its start time (UTC) and seed, as in the name of its folder."),
        .always(
            "case_id", \.caseID,
            "Identifier of the case: feed, clients, transport and variant (if any), joined by underscores."),
        .always(
            "repeat", \.repetition, within: .fromOne,
            "Repeat of the case, counted from 1."),
        .always(
            "transport", \.transport,
            "Name of the transport."),
        .name(
            "variant", \.variant, empty: "the transport is used once and has no label",
            "Label that distinguishes several uses of one transport."),
        .always(
            "t_s", \.second, unit: "s",
            "Start of the second, counted from the end of the warm-up; negative during and before the warm-up."),
        .always(
            "delivered", \.delivered, within: .fromZero,
            "Items that all clients together received in this second, duplicates included."),
        .maybe(
            "latency_p50_us", \.latencyP50Microseconds, unit: "us",
            empty: "nothing was delivered in this second",
            "Median latency of the items received in this second: time from due time to arrival of the last byte."),
        .maybe(
            "latency_p99_us", \.latencyP99Microseconds, unit: "us",
            empty: "nothing was delivered in this second",
            "99th percentile of the latency of the items received in this second."),
        .maybe(
            "latency_max_us", \.latencyMaxMicroseconds, unit: "us",
            empty: "nothing was delivered in this second",
            "Maximum latency of the items received in this second."),
    ]
}

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
        summary: "A row for each run and second, the warm-up included.",
        key: ["run_id", "case_id", "repeat", "t_s"],
        fields: columns
    )

    static let columns: [CSVField<TimelineRow>] = [
        .always(
            "run_id", \.runID,
            "The run: its start in UTC and its seed, as in the folder's name."),
        .always(
            "case_id", \.caseID,
            "The case: feed, clients, transport and, where there is one, variant, joined by underscores."),
        .always(
            "repeat", \.repetition, within: .fromOne,
            "Which repeat of the case, counted from 1."),
        .always(
            "transport", \.transport,
            "The transport's name."),
        .name(
            "variant", \.variant, empty: "the transport is used once and has no label",
            "Tells several uses of one transport apart."),
        .always(
            "t_s", \.second, unit: "s",
            "Start of the second, counted from the end of the warm-up; negative within it and before."),
        .always(
            "delivered", \.delivered, within: .fromZero,
            "Items that all clients received in this second, copies included."),
        .maybe(
            "latency_p50_us", \.latencyP50Microseconds, unit: "us",
            empty: "nothing was delivered in this second",
            "Median of the time from due to the last byte's arrival, of the items received in this second."),
        .maybe(
            "latency_p99_us", \.latencyP99Microseconds, unit: "us",
            empty: "nothing was delivered in this second",
            "99th percentile of the time from due to the last byte's arrival, of the items received in this second."),
        .maybe(
            "latency_max_us", \.latencyMaxMicroseconds, unit: "us",
            empty: "nothing was delivered in this second",
            "Longest time from due to the last byte's arrival, of the items received in this second."),
    ]
}

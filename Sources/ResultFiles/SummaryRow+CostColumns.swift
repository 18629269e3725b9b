/// Columns on CPU time, memory and scheduling, with the verdict on the row.
extension SummaryRow {
    static let costColumns: [CSVField<SummaryRow>] = [
        .maybe(
            "server_cpu_us_per_item", \.serverCPUMicrosecondsPerItem, unit: "us", within: .fromZero,
            empty: "nothing was delivered after the warm-up, or \(noServerReport)",
            "User and system CPU time of the server process after the warm-up, divided by latency_samples."),
        .maybe(
            "server_rss_peak_bytes", \.serverRSSPeakBytes, unit: "bytes", within: .fromZero,
            empty: noServerReport,
            "Peak resident memory of the server process since its start."),
        .maybe(
            "load_cpu_ratio", \.loadCPURatio, within: .fromZero, decimals: 6, empty: "unknown",
            "CPU time of the load process after the warm-up, divided by the length of that time; 1 means one processor "
                + "fully used. All clients share one thread: near 1 the load process, not the transport, limits the "
                + "rate."),
        .maybe(
            "schedule_lag_p99_us", \.scheduleLagP99Microseconds, unit: "us",
            empty: noSchedule,
            "99th percentile of how late clients started polls that were due after the warm-up; for echoes, of how "
                + "late they sent messages. Through a simulated network, waiting for the answer to the poll before "
                + "does not count."),
        .maybe(
            "valid", \.valid, empty: "the run failed before it was checked",
            "Whether the whole row may be used: all checks of the run passed."),
        .maybe(
            "invalid_reason", \.invalidReason, empty: "the row is valid",
            "The checks that failed."),
    ]

    static let resourceColumns: [CSVField<SummaryRow>] = [
        .maybe(
            "server_rss_per_connection_bytes", \.serverRSSPerConnectionBytes, unit: "bytes",
            empty: "\(noServerReport), or clients do not all connect before the end of the warm-up",
            "Resident memory of the server at the end of the warm-up minus that before the first client connected, "
                + "divided by clients. Includes the items that the server stored during the warm-up."),
        .maybe(
            "server_voluntary_switches", \.serverVoluntarySwitches, within: .fromZero,
            empty: noServerReport,
            "Voluntary context switches of the server after the warm-up (a thread waits)."),
        .maybe(
            "server_involuntary_switches", \.serverInvoluntarySwitches, within: .fromZero,
            empty: noServerReport,
            "Involuntary context switches of the server after the warm-up (the kernel preempts a thread)."),
        .maybe(
            "load_voluntary_switches", \.loadVoluntarySwitches, within: .fromZero, empty: "unknown",
            "Voluntary context switches of the load process after the warm-up (a thread waits)."),
        .maybe(
            "load_involuntary_switches", \.loadInvoluntarySwitches, within: .fromZero, empty: "unknown",
            "Involuntary context switches of the load process after the warm-up (the kernel preempts a thread)."),
        .maybe(
            "kernel_drops", \.kernelDrops, within: .fromZero, empty: "the kernel does not report them",
            "Connections and segments that the kernel dropped because a queue was full, for any program. Whole run. "
                + "Above 0 the times of the row are invalid."),
    ]

    static let perClientColumns: [CSVField<SummaryRow>] = [
        .maybe(
            "bytes_per_client_s", \.bytesPerClientSecond, unit: "bytes/s", within: .fromZero, decimals: 6,
            empty: "the run failed before it was counted, or the file is older than the column",
            "TCP payload of both directions after the warm-up as counted by the kernel, items included, divided by "
                + "clients and seconds. Excludes opening connections before this time and closing them after it."
        ).addedLater,
        .maybe(
            "requests_per_client_s", \.requestsPerClientSecond, unit: "1/s", within: .fromZero, decimals: 6,
            empty: "the transport does not use HTTP, or bytes_per_client_s is empty",
            "HTTP requests that ended after the warm-up, divided by clients and seconds."
        ).addedLater,
        .maybe(
            "server_cpu_us_per_client_hour", \.serverCPUMicrosecondsPerClientHour, unit: "us", within: .fromZero,
            empty: "\(noServerReport), or the file is older than the column",
            "User and system CPU time of the server process after the warm-up, divided by clients and hours. Includes "
                + "what the server uses without any client."
        ).addedLater,
    ]

    static let noServerReport = "the server does not report it"
    static let noSchedule = "clients neither poll nor send on a schedule"
}

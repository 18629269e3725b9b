/// Columns with the evidence for the row's numbers, and with their validity.
extension SummaryRow {
    static let evidenceColumns: [CSVField<SummaryRow>] = [
        .maybe(
            "conserved", \.conserved,
            empty: "the kernel's count is unknown, or a layer was computed from it (HTTP/2 with a third-party server)",
            "Whether in each direction the layers without tcp_ip add up exactly to the kernel's TCP payload bytes."),
        .maybe(
            "latency_samples", \.latencySamples, within: .fromZero, empty: "the run failed before it was counted",
            "Number of deliveries in the latency columns."),
        .maybe(
            "gaps", \.gaps, within: .fromZero, empty: noSequence,
            "How often the server reported to a client that it no longer had items that the client lacked."),
        .maybe(
            "load_user_cpu_s", \.loadUserCPUSeconds, unit: "s", within: .fromZero, decimals: 6, empty: "unknown",
            "User CPU time of the load process after the warm-up."),
        .maybe(
            "load_system_cpu_s", \.loadSystemCPUSeconds, unit: "s", within: .fromZero, decimals: 6, empty: "unknown",
            "System CPU time of the load process after the warm-up."),
        .maybe(
            "server_user_cpu_s", \.serverUserCPUSeconds, unit: "s", within: .fromZero, decimals: 6,
            empty: noServerReport,
            "User CPU time of the server process after the warm-up."),
        .maybe(
            "server_system_cpu_s", \.serverSystemCPUSeconds, unit: "s", within: .fromZero, decimals: 6,
            empty: noServerReport,
            "System CPU time of the server process after the warm-up."),
        .maybe(
            "published_to_received_p50_us", \.publishedToReceivedP50Microseconds, unit: "us",
            empty: unknownPublication,
            "Median time from an item's publication to the arrival of its last byte at a client's socket. Only items "
                + "due after the warm-up."),
        .maybe(
            "published_to_received_p99_us", \.publishedToReceivedP99Microseconds, unit: "us",
            empty: unknownPublication,
            "99th percentile of the time from an item's publication to the arrival of its last byte at a client's "
                + "socket. Only items due after the warm-up."),
        .maybe(
            "polls_late", \.pollsLate, within: .fromZero, empty: noSchedule,
            "Scheduled polls (for echoes, messages) that started more than 1 ms late, and polls that were skipped "
                + "because the client's previous poll was still open. Whole run."),
        .maybe(
            "kernel_tcp_bytes_up", \.kernelTCPBytesUp, unit: "bytes", within: .fromZero,
            empty: "the kernel's count is unknown",
            "TCP payload from clients to server as counted by the kernel at the clients' ends (TCP_INFO), without "
                + "retransmissions. Whole run."),
        .maybe(
            "kernel_tcp_bytes_down", \.kernelTCPBytesDown, unit: "bytes", within: .fromZero,
            empty: "the kernel's count is unknown",
            "TCP payload from server to clients as counted by the kernel at the clients' ends (TCP_INFO), without "
                + "retransmissions. Whole run."),
        .maybe(
            "started_at", \.startedAt, empty: "unknown",
            "Start of the case, before its warm-up."),
        .maybe(
            "server_kernel_tcp_bytes_up", \.serverKernelTCPBytesUp, unit: "bytes", within: .fromZero,
            empty: noServerCount,
            "The bytes of kernel_tcp_bytes_up as counted by the kernel at the server's ends of the connections."),
        .maybe(
            "server_kernel_tcp_bytes_down", \.serverKernelTCPBytesDown, unit: "bytes", within: .fromZero,
            empty: noServerCount,
            "The bytes of kernel_tcp_bytes_down as counted by the kernel at the server's ends of the connections."),
    ]

    static let validityColumns: [CSVField<SummaryRow>] = [
        .maybe(
            "bytes_valid", \.bytesValid, empty: older,
            "Whether counts and bytes may be used: they match the kernel's counts, no client failed, and the load "
                + "generator was not overloaded."
        ).addedLater,
        .maybe(
            "times_valid", \.timesValid, empty: older,
            "Whether latencies and CPU times may be used: no delay came from the measurement itself. `valid` is "
                + "bytes_valid and times_valid."
        ).addedLater,
    ]

    static let attemptColumns: [CSVField<SummaryRow>] = [
        .maybe(
            "attempts", \.attempts, within: .fromOne, empty: "the run failed, or the file is older than the column",
            "How often this run of the case was measured: above 1 if the machine disturbed it, which late polls and "
                + "late publications show. Only the last attempt is in the files."
        ).addedLater
    ]

    private static let unknownPublication =
        "the server did not report every publication, or nothing or more than 20 million items were delivered after "
        + "the warm-up"
    private static let noServerCount =
        "the server does not report them, had other clients at the same time, or is behind a proxy"
    private static let older = "the file is older than the column; then `valid` applies"

    /// Whether counts and bytes may be used; without the column, ``valid`` decides.
    package var hasValidBytes: Bool { bytesValid ?? (valid == true) }
    /// Whether latencies and CPU times may be used; without the column, ``valid`` decides.
    package var hasValidTimes: Bool { timesValid ?? (valid == true) }

    /// Whether nothing was to be delivered and nothing was: the row shows the cost of silence.
    package var isSilent: Bool { hasValidBytes && expected == 0 && delivered == 0 }
}

/// What the run cost, and the evidence that its numbers may be used.
extension SummaryRow {
    static let requests: [CSVField<SummaryRow>] = [
        .maybe(
            "requests", \.requests, within: .fromZero, empty: "the transport does not speak HTTP",
            "HTTP requests that clients sent in the whole run, opening handshakes included."),
        .maybe(
            "empty_responses", \.emptyResponses, within: .fromZero, empty: "the transport does not ask for items",
            "Answers without an item (status 204)."),
        .maybe(
            "items_per_response", \.itemsPerResponse, within: .fromZero, decimals: 6,
            empty: "the transport does not ask for items, or no answer had one",
            "Mean number of items in the answers that had any."),
        .maybe(
            "connects", \.connects, within: .fromZero, empty: "the run broke before it was counted",
            "TCP connections that clients opened."),
        .maybe(
            "reconnects", \.reconnects, within: .fromZero, empty: "the run broke before it was counted",
            "Connections beyond a client's first."),
        .maybe(
            "errors", \.errors, within: .fromZero, empty: "the run broke before it was counted",
            "Connections refused or broken, answers that were no answer, time-outs."),
    ]

    static let bytes: [CSVField<SummaryRow>] = [
        .maybe(
            "payload_bytes_total", \.payloadBytesTotal, unit: "bytes", within: .fromZero,
            empty: "bytes were not counted",
            "Bytes of the items themselves in all deliveries as on the wire, compressed if they were, copies included; "
                + "whole run."),
        .maybe(
            "overhead_bytes_total", \.overheadBytesTotal, unit: "bytes",
            empty: "bytes were not counted",
            "All TCP payload bytes of both directions minus item payload minus setup; whole run."),
        .maybe(
            "overhead_bytes_per_item", \.overheadBytesPerItem, unit: "bytes",
            empty: "nothing was delivered, or bytes were not counted",
            "overhead_bytes_total / (delivered + delivered_after_window)."),
        .maybe(
            "setup_bytes_total", \.setupBytesTotal, unit: "bytes", within: .fromZero, empty: "bytes were not counted",
            "Bytes of opening handshakes, and of TLS records that carry no application data (handshakes, session "
                + "tickets, alerts), both directions; whole run."),
        .maybe(
            "tcp_payload_bytes_up", \.tcpPayloadBytesUp, unit: "bytes", within: .fromZero,
            empty: "bytes were not counted",
            "TCP payload from clients to server as the layers count it, without tcp_ip; whole run."),
        .maybe(
            "tcp_payload_bytes_down", \.tcpPayloadBytesDown, unit: "bytes", within: .fromZero,
            empty: "bytes were not counted",
            "TCP payload from server to clients as the layers count it, without tcp_ip; whole run."),
        .maybe(
            "wire_bytes_estimated", \.wireBytesEstimated, unit: "bytes", within: .fromZero,
            empty: "segments were not counted",
            "TCP payload of both directions plus estimated TCP and IP headers: all layers together; whole run. An "
                + "estimate, see layers.csv."),
    ]

    static let cost: [CSVField<SummaryRow>] = [
        .maybe(
            "server_cpu_us_per_item", \.serverCPUMicrosecondsPerItem, unit: "us", within: .fromZero,
            empty: "nothing was delivered after the warm-up, or the server is not ours",
            "User and system CPU time of the server process after the warm-up, divided by the deliveries "
                + "after the warm-up."),
        .maybe(
            "server_rss_peak_bytes", \.serverRSSPeakBytes, unit: "bytes", within: .fromZero,
            empty: "the server is not ours",
            "Largest resident memory of the server process since its start."),
        .maybe(
            "load_cpu_ratio", \.loadCPURatio, within: .fromZero, decimals: 6, empty: "not known",
            "CPU time of the load process after the warm-up divided by the length of that time; 1 is one processor "
                + "fully used, and its clients share one thread: near 1 it, not the transport, set the pace."),
        .maybe(
            "schedule_lag_p99_us", \.scheduleLagP99Microseconds, unit: "us",
            empty: "the transport has no schedule of its own",
            "99th percentile of how late clients began polls that were due after the warm-up."),
        .maybe(
            "valid", \.valid, empty: "the run broke before it was judged",
            "Whether the whole row may be used: every check of the run held."),
        .maybe(
            "invalid_reason", \.invalidReason, empty: "the row is valid",
            "The checks that did not hold."),
    ]

    static let evidence: [CSVField<SummaryRow>] = [
        .maybe(
            "conserved", \.conserved,
            empty: "the kernel's count is not known, or a layer was taken from it (HTTP/2 of a server of another make)",
            "Whether in each direction the layers without tcp_ip add up to the kernel's TCP payload bytes, "
                + "exactly."),
        .maybe(
            "latency_samples", \.latencySamples, within: .fromZero, empty: "the run broke before it was counted",
            "Deliveries behind the latency columns."),
        .maybe(
            "gaps", \.gaps, within: .fromZero, empty: "the run broke before it was counted",
            "How often a client was told that items it lacked were no longer kept."),
        .maybe(
            "load_user_cpu_s", \.loadUserCPUSeconds, unit: "s", within: .fromZero, decimals: 6, empty: "not known",
            "User CPU time of the load processes after the warm-up."),
        .maybe(
            "load_system_cpu_s", \.loadSystemCPUSeconds, unit: "s", within: .fromZero, decimals: 6, empty: "not known",
            "System CPU time of the load processes after the warm-up."),
        .maybe(
            "server_user_cpu_s", \.serverUserCPUSeconds, unit: "s", within: .fromZero, decimals: 6,
            empty: "the server is not ours",
            "User CPU time of the server process after the warm-up."),
        .maybe(
            "server_system_cpu_s", \.serverSystemCPUSeconds, unit: "s", within: .fromZero, decimals: 6,
            empty: "the server is not ours",
            "System CPU time of the server process after the warm-up."),
        .maybe(
            "published_to_received_p50_us", \.publishedToReceivedP50Microseconds, unit: "us",
            empty: Self.untoldPublication,
            "Median of the time from the instant an item was published to the instant its last byte arrived at a "
                + "client's socket; only items due after the warm-up."),
        .maybe(
            "published_to_received_p99_us", \.publishedToReceivedP99Microseconds, unit: "us",
            empty: Self.untoldPublication,
            "99th percentile of the same time."),
        .maybe(
            "polls_late", \.pollsLate, within: .fromZero, empty: "the transport has no schedule of its own",
            "Scheduled polls of the whole run that began more than 1 ms after their time, and those left out because "
                + "the client's poll before was still open."),
        .maybe(
            "kernel_tcp_bytes_up", \.kernelTCPBytesUp, unit: "bytes", within: .fromZero,
            empty: "the kernel's count is not known",
            "TCP payload from clients to server as the kernel counts it (TCP_INFO), retransmissions left out;"
                + " whole run."),
        .maybe(
            "kernel_tcp_bytes_down", \.kernelTCPBytesDown, unit: "bytes", within: .fromZero,
            empty: "the kernel's count is not known",
            "TCP payload from server to clients as the kernel counts it (TCP_INFO), retransmissions left out;"
                + " whole run."),
        .maybe(
            "started_at", \.startedAt, empty: "not known",
            "When the case began, its warm-up included."),
        .maybe(
            "server_kernel_tcp_bytes_up", \.serverKernelTCPBytesUp, unit: "bytes", within: .fromZero,
            empty: "the server does not tell, or had other clients meanwhile",
            "The same bytes as kernel_tcp_bytes_up, as the kernel counts them at the server's ends of the "
                + "connections."),
        .maybe(
            "server_kernel_tcp_bytes_down", \.serverKernelTCPBytesDown, unit: "bytes", within: .fromZero,
            empty: "the server does not tell, or had other clients meanwhile",
            "The same bytes as kernel_tcp_bytes_down, as the kernel counts them at the server's ends of the "
                + "connections."),
    ]

    private static let untoldPublication =
        "the server did not tell of every item, or nothing or more than 20 million items were delivered after the "
        + "warm-up"
}

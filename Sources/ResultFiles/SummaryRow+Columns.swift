/// Columns on the case and on what clients received.
extension SummaryRow {
    static let identityColumns: [CSVField<SummaryRow>] = [
        .always(
            "run_id", \.runID,
            "Identifier of the run: its start time (UTC) and seed, as in the name of its folder."),
        .always(
            "scenario", \.scenario,
            "Name of the scenario."),
        .always(
            "scenario_sha256", \.scenarioSHA256,
            "SHA-256 of the scenario's text before overrides; 64 hexadecimal digits."),
        .always(
            "seed", \.seed,
            "Seed of all random choices of this repeat."),
        .always(
            "case_id", \.caseID,
            "Identifier of the case: feed, clients, number of servers on one stream (if any), network (if any), server "
                + "(with several servers or a third-party one), transport and variant (if any), joined by "
                + "underscores."),
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
            "clients", \.clients, within: .fromOne,
            "Number of clients."),
        .always(
            "feed", \.feed,
            "Name of the feed, the first part of case_id."),
        .maybe(
            "rate_per_s", \.ratePerSecond, unit: "1/s", within: .fromZero, decimals: 6,
            empty: "no rate is configured",
            "Configured mean publication rate; for echoes, the rate of messages per client."),
        .maybe(
            "payload_bytes", \.payloadBytes, unit: "bytes", within: .fromZero, empty: "no size is configured",
            "Configured size of one item."),
        .maybe(
            "poll_interval_ms", \.pollIntervalMilliseconds, unit: "ms", within: .fromZero,
            empty: "the transport does not poll at an interval",
            "Time between two scheduled polls of a client."),
        .maybe(
            "rtt_ms", \.roundTripMilliseconds, unit: "ms", within: .fromZero,
            empty: "there is no simulated network",
            "Round-trip time of the simulated network, without jitter and queues."),
        .maybe(
            "tls", \.tls, empty: "unknown",
            "Whether connections were encrypted."),
        .maybe(
            "http_version", \.httpVersion, empty: "the transport does not use HTTP",
            "HTTP version of the requests or of the opening handshake."),
        .maybe(
            "compression", \.compression, empty: "nothing was compressed",
            "Negotiated compression."),
        .always(
            "duration_s", \.durationSeconds, unit: "s", within: .fromZero,
            "Duration of the measurement after the warm-up."),
    ]

    static let deliveryColumns: [CSVField<SummaryRow>] = [
        .maybe(
            "published", \.published, within: .fromZero, empty: "the server did not report it",
            "Items that the feed published, warm-up included."),
        .maybe(
            "expected", \.expected, within: .fromZero,
            empty: "the run failed, items have no sequence, or the server stopped answering or was restarted",
            "Deliveries if every client received every item: published × clients."),
        .maybe(
            "delivered", \.delivered, within: .fromZero, empty: "the run failed before it was counted",
            "Items that clients received, duplicates included, warm-up included."),
        .maybe(
            "unique", \.unique, within: .fromZero, empty: noSequence,
            "Items that clients received, counted once per client and item."),
        .maybe(
            "missed", \.missed, empty: "expected is empty",
            "expected − unique."),
        .maybe(
            "duplicate", \.duplicate, within: .fromZero, empty: noSequence,
            "delivered − unique: copies of an item after the first one that a client received."),
        .maybe(
            "reordered", \.reordered, within: .fromZero, empty: noSequence,
            "Items that a client received after an item with a higher sequence number."),
        .maybe(
            "coherence_ratio", \.coherenceRatio, within: .fromZero, decimals: 6, empty: "expected is 0 or empty",
            "unique / expected; 1 means complete."),
        .maybe(
            "redundancy_ratio", \.redundancyRatio, within: .fromOne, decimals: 6,
            empty: "nothing was delivered, or unique is empty",
            "delivered / unique; 1 means no duplicates."),
    ]

    static let noSequence = "the run failed before it was counted, or items have no sequence"

    private static let latency =
        "latency: time from an item's due time to the arrival of its last byte at a client's socket (kernel timestamp, "
        + "or time of the read if the kernel gave none). Only items due after the warm-up."
    private static let nothingMeasured = "no item due after the warm-up was delivered, or due times are unknown"

    static let latencyColumns: [CSVField<SummaryRow>] = [
        .maybe(
            "latency_min_us", \.latencyMinMicroseconds, unit: "us", empty: nothingMeasured,
            "Minimum \(latency)"),
        .maybe(
            "latency_p50_us", \.latencyP50Microseconds, unit: "us", empty: nothingMeasured,
            "Median \(latency)"),
        .maybe(
            "latency_p90_us", \.latencyP90Microseconds, unit: "us", empty: nothingMeasured,
            "90th percentile of the \(latency)"),
        .maybe(
            "latency_p99_us", \.latencyP99Microseconds, unit: "us", empty: nothingMeasured,
            "99th percentile of the \(latency)"),
        .maybe(
            "latency_p999_us", \.latencyP999Microseconds, unit: "us", empty: nothingMeasured,
            "99.9th percentile of the \(latency)"),
        .maybe(
            "latency_max_us", \.latencyMaxMicroseconds, unit: "us", empty: nothingMeasured,
            "Maximum \(latency)"),
        .maybe(
            "latency_mean_us", \.latencyMeanMicroseconds, unit: "us", empty: nothingMeasured,
            "Mean \(latency)"),
        .maybe(
            "staleness_mean_us", \.stalenessMeanMicroseconds, unit: "us",
            empty: "\(nothingMeasured), or the workload is `echo`",
            "Mean age of the newest item that a client has, counted from the item's due time; mean over clients and "
                + "over the time after the warm-up in which a client has an item. At best half the feed's period plus "
                + "the latency."),
        .maybe(
            "publisher_lag_p99_us", \.publisherLagP99Microseconds, unit: "us",
            empty: "the server did not report it, or the workload is `echo`",
            "99th percentile of the time from an item's due time to its publication. Only items due after the "
                + "warm-up."),
    ]
}

/// What the run was, and what arrived.
extension SummaryRow {
    static let identity: [CSVField<SummaryRow>] = [
        .always(
            "run_id", \.runID,
            "The run: its start in UTC and its seed, as in the folder's name."),
        .always(
            "scenario", \.scenario,
            "The scenario's name."),
        .always(
            "scenario_sha256", \.scenarioSHA256,
            "SHA-256 of the scenario's text, overrides not applied; 64 hexadecimal digits."),
        .always(
            "seed", \.seed,
            "The seed that the run's random choices started from."),
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
            "clients", \.clients, within: .fromOne,
            "How many clients listened."),
        .always(
            "feed", \.feed,
            "The feed's name, the first part of the case."),
        .maybe(
            "rate_per_s", \.ratePerSecond, unit: "1/s", within: .fromZero, decimals: 6,
            empty: "a recording sets the pace",
            "Items asked for each second, on average."),
        .maybe(
            "payload_bytes", \.payloadBytes, unit: "bytes", within: .fromZero, empty: "items differ in size",
            "Size of one item."),
        .maybe(
            "poll_interval_ms", \.pollIntervalMilliseconds, unit: "ms", within: .fromZero,
            empty: "the transport does not poll at an interval",
            "Time from one poll of a client to its next."),
        .maybe(
            "rtt_ms", \.roundTripMilliseconds, unit: "ms", within: .fromZero,
            empty: "always: this version has no simulated link",
            "Round trip time that a simulated link adds."),
        .maybe(
            "tls", \.tls, empty: "not known",
            "Whether connections were encrypted."),
        .maybe(
            "http_version", \.httpVersion, empty: "the transport does not speak HTTP",
            "HTTP version of the requests, or of the opening handshake."),
        .maybe(
            "compression", \.compression, empty: "nothing was compressed",
            "The compression that was agreed on."),
        .always(
            "duration_s", \.durationSeconds, unit: "s", within: .fromZero,
            "Time measured after the warm-up."),
    ]

    static let deliveries: [CSVField<SummaryRow>] = [
        .maybe(
            "published", \.published, within: .fromZero, empty: "the server did not tell",
            "Items the feed published, from its first to its last, warm-up included."),
        .maybe(
            "expected", \.expected, within: .fromZero, empty: "the server did not tell",
            "Deliveries that would have been complete: published × clients."),
        .maybe(
            "delivered", \.delivered, within: .fromZero, empty: "the run broke before it was counted",
            "Items that clients received, every copy counted, warm-up included."),
        .maybe(
            "unique", \.unique, within: .fromZero, empty: "the run broke before it was counted",
            "Items that clients received, each once a client."),
        .maybe(
            "missed", \.missed, empty: "the server did not tell",
            "expected − unique."),
        .maybe(
            "duplicate", \.duplicate, within: .fromZero, empty: "the run broke before it was counted",
            "Copies beyond a client's first of an item: delivered − unique."),
        .maybe(
            "reordered", \.reordered, within: .fromZero, empty: "the run broke before it was counted",
            "Items that came to a client after one of a higher sequence number."),
        .maybe(
            "coherence_ratio", \.coherenceRatio, within: .fromZero, decimals: 6, empty: "nothing was expected",
            "unique / expected; 1 is complete."),
        .maybe(
            "redundancy_ratio", \.redundancyRatio, within: .fromOne, decimals: 6, empty: "nothing was delivered",
            "delivered / unique; 1 is without copies."),
    ]

    private static let latencyMeaning =
        "from the instant an item was due to the instant its last byte arrived at a client's socket, as its kernel "
        + "noted it, or was read, where it noted nothing; only items due after the warm-up."

    static let delays: [CSVField<SummaryRow>] = [
        .maybe(
            "latency_min_us", \.latencyMinMicroseconds, unit: "us",
            empty: "no item due after the warm-up was delivered",
            "Shortest time \(latencyMeaning)"),
        .maybe(
            "latency_p50_us", \.latencyP50Microseconds, unit: "us",
            empty: "no item due after the warm-up was delivered",
            "Median of the time \(latencyMeaning)"),
        .maybe(
            "latency_p90_us", \.latencyP90Microseconds, unit: "us",
            empty: "no item due after the warm-up was delivered",
            "90th percentile of the time \(latencyMeaning)"),
        .maybe(
            "latency_p99_us", \.latencyP99Microseconds, unit: "us",
            empty: "no item due after the warm-up was delivered",
            "99th percentile of the time \(latencyMeaning)"),
        .maybe(
            "latency_p999_us", \.latencyP999Microseconds, unit: "us",
            empty: "no item due after the warm-up was delivered",
            "99.9th percentile of the time \(latencyMeaning)"),
        .maybe(
            "latency_max_us", \.latencyMaxMicroseconds, unit: "us",
            empty: "no item due after the warm-up was delivered",
            "Longest time \(latencyMeaning)"),
        .maybe(
            "latency_mean_us", \.latencyMeanMicroseconds, unit: "us",
            empty: "no item due after the warm-up was delivered",
            "Mean time \(latencyMeaning)"),
        .maybe(
            "staleness_mean_us", \.stalenessMeanMicroseconds, unit: "us",
            empty: "no item due after the warm-up was delivered",
            "Age of the newest item a client held, time since it was due, averaged over clients and over the time "
                + "after the warm-up in which a client held one; half the feed's period plus the delay at best."),
        .maybe(
            "publisher_lag_p99_us", \.publisherLagP99Microseconds, unit: "us",
            empty: "the server did not tell",
            "99th percentile of the time from the instant an item was due to the instant it was published; "
                + "only items due after the warm-up."),
    ]
}

/// Columns on leaving clients, restarts and slow clients.
extension SummaryRow {
    static let strainColumns: [CSVField<SummaryRow>] = [
        .maybe(
            "recoveries", \.recoveries, within: .fromZero,
            empty: "neither clients nor servers went away",
            "How often a client had to recover: after the server's restart, after it lost a killed server, or after it "
                + "came back by itself, and received an item again."
        ).addedLater,
        .maybe(
            "recovery_p50_us", \.recoveryP50Microseconds, unit: "us", within: .fromZero,
            empty: "no client recovered",
            "Median time to recover: from the beginning of the server's restart, from the kill of the client's server, "
                + "or from the return of a client that had left, until the client's next item."
        ).addedLater,
        .maybe(
            "recovery_p99_us", \.recoveryP99Microseconds, unit: "us", within: .fromZero,
            empty: "no client recovered",
            "99th percentile of the time to recover."
        ).addedLater,
        .maybe(
            "recovery_max_us", \.recoveryMaxMicroseconds, unit: "us", within: .fromZero,
            empty: "no client recovered",
            "Longest time to recover."
        ).addedLater,
        .maybe(
            "items_lost_before_notice", \.itemsLostBeforeNotice, within: .fromZero,
            empty: "the file is older than the column, or items have no sequence",
            "Items that gap notices of the server announced as lost, over all clients; they are part of "
                + "missed."
        ).addedLater,
        .maybe(
            "server_rss_rise_bytes", \.serverRSSRiseBytes, unit: "bytes", within: .fromZero,
            empty: "clients and server are under no strain, or the memory is unknown",
            "Largest memory of the server, server_rss_peak_bytes, minus its memory at the start of the "
                + "window; 0 if the peak was before."
        ).addedLater,
        .maybe(
            "slow_clients", \.slowClients, within: .fromOne,
            empty: "there are no slow clients",
            "Additional clients that read slowly. No other column counts them."
        ).addedLater,
        .maybe(
            "slow_delivered", \.slowDelivered, within: .fromZero,
            empty: "there are no slow clients",
            "Items that slow clients received."
        ).addedLater,
        .maybe(
            "slow_missed", \.slowMissed, within: .fromZero,
            empty: "there are no slow clients",
            "Items published that slow clients had not received at the end."
        ).addedLater,
        .maybe(
            "slow_gaps", \.slowGaps, within: .fromZero,
            empty: "there are no slow clients",
            "Gap notices that slow clients received."
        ).addedLater,
        .maybe(
            "slow_items_lost_before_notice", \.slowItemsLostBeforeNotice, within: .fromZero,
            empty: "there are no slow clients",
            "Items that these notices announced as lost."
        ).addedLater,
        .maybe(
            "slow_reconnects", \.slowReconnects, within: .fromZero,
            empty: "there are no slow clients",
            "Connections of slow clients after the first of each."
        ).addedLater,
        .maybe(
            "slow_disconnects", \.slowDisconnects, within: .fromZero,
            empty: "there are no slow clients, or the server does not report it",
            "Connections that the server ended within the window because a client was too slow."
        ).addedLater,
        .maybe(
            "slow_items_skipped", \.slowItemsSkipped, within: .fromZero,
            empty: "there are no slow clients, or the server does not report it",
            "Items that the server skipped within the window for clients that were too slow."
        ).addedLater,
    ]
}

/// Columns on the simulated network between clients and server.
extension SummaryRow {
    static let linkColumns: [CSVField<SummaryRow>] = [
        .maybe(
            "network", \.network, empty: noLink,
            "The simulated network as in the scenario: the name of a preset, or its fields."
        ).addedLater,
        .maybe(
            "jitter_ms", \.jitterMilliseconds, unit: "ms", within: .fromZero, empty: noLink,
            "Jitter of the simulated network from server to clients: half the width of an even distribution, the "
                + "standard deviation of a normal or the mean of an exponential one."
        ).addedLater,
        .maybe(
            "bandwidth_up_bit_s", \.bandwidthUp, unit: "bit/s", within: .fromOne, empty: noBandwidth,
            "Bandwidth of each connection from client to server."
        ).addedLater,
        .maybe(
            "bandwidth_down_bit_s", \.bandwidthDown, unit: "bit/s", within: .fromOne, empty: noBandwidth,
            "Bandwidth of each connection from server to client."
        ).addedLater,
        .maybe(
            "loss_ratio", \.lossRatio, within: .fromZero, decimals: 6, empty: noLink,
            "Share of segments from server to clients that the simulated network loses."
        ).addedLater,
        .maybe(
            "link_added_p50_us", \.linkAddedP50Microseconds, unit: "us", within: .fromZero, empty: noTransfer,
            "Median of what the simulated network adds by itself: time from when a segment has to leave until it is "
                + "written. Whole run."
        ).addedLater,
        .maybe(
            "link_added_p99_us", \.linkAddedP99Microseconds, unit: "us", within: .fromZero, empty: noTransfer,
            "99th percentile of what the simulated network adds by itself."
        ).addedLater,
        .maybe(
            "link_swallowed_bytes_up", \.linkSwallowedBytesUp, unit: "bytes", within: .fromZero, empty: noLink,
            "TCP payload from clients that never reached the server because a connection was reset. "
                + "server_kernel_tcp_bytes_up is kernel_tcp_bytes_up minus this."
        ).addedLater,
        .maybe(
            "link_swallowed_bytes_down", \.linkSwallowedBytesDown, unit: "bytes", within: .fromZero, empty: noLink,
            "TCP payload from the server that never reached a client because a connection was reset. "
                + "server_kernel_tcp_bytes_down is kernel_tcp_bytes_down plus this."
        ).addedLater,
    ]

    private static let noLink = "there is no simulated network"
    private static let noBandwidth = "there is no simulated network, or it has no limit"
    private static let noTransfer = "there is no simulated network, or nothing passed it"
}

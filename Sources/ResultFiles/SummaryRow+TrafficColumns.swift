/// Columns on requests, connections and bytes.
extension SummaryRow {
    static let requestColumns: [CSVField<SummaryRow>] = [
        .maybe(
            "requests", \.requests, within: .fromZero, empty: "the transport does not use HTTP",
            "HTTP requests that clients sent, opening handshakes included. Whole run."),
        .maybe(
            "empty_responses", \.emptyResponses, within: .fromZero, empty: "the transport does not poll",
            "Responses without an item (status 204)."),
        .maybe(
            "items_per_response", \.itemsPerResponse, within: .fromZero, decimals: 6,
            empty: "the transport does not poll, or no response had an item",
            "Mean number of items in the responses that had items."),
        .maybe(
            "connects", \.connects, within: .fromZero, empty: "the run failed before it was counted",
            "TCP connections that clients opened."),
        .maybe(
            "reconnects", \.reconnects, within: .fromZero, empty: "the run failed before it was counted",
            "Connections beyond one per client: connects − clients, or 0 if clients share connections."),
        .maybe(
            "errors", \.errors, within: .fromZero, empty: "the run failed before it was counted",
            "Refused or broken connections, invalid responses and timeouts."),
    ]

    static let byteColumns: [CSVField<SummaryRow>] = [
        .maybe(
            "payload_bytes_total", \.payloadBytesTotal, unit: "bytes", within: .fromZero,
            empty: "bytes were not counted",
            "Bytes of the items on the wire in all deliveries, duplicates included; compressed size if items were "
                + "compressed. Whole run."),
        .maybe(
            "overhead_bytes_total", \.overheadBytesTotal, unit: "bytes",
            empty: "bytes were not counted",
            "TCP payload bytes of both directions minus payload_bytes_total minus setup_bytes_total. Whole run."),
        .maybe(
            "overhead_bytes_per_item", \.overheadBytesPerItem, unit: "bytes",
            empty: "nothing was delivered, or bytes were not counted",
            "overhead_bytes_total / (delivered + delivered_after_window)."),
        .maybe(
            "setup_bytes_total", \.setupBytesTotal, unit: "bytes", within: .fromZero, empty: "bytes were not counted",
            "Bytes of opening handshakes and of TLS records without application data (handshakes, session tickets, "
                + "alerts), both directions. Whole run."),
        .maybe(
            "tcp_payload_bytes_up", \.tcpPayloadBytesUp, unit: "bytes", within: .fromZero,
            empty: "bytes were not counted",
            "TCP payload from clients to server: sum of all layers except tcp_ip. Whole run."),
        .maybe(
            "tcp_payload_bytes_down", \.tcpPayloadBytesDown, unit: "bytes", within: .fromZero,
            empty: "bytes were not counted",
            "TCP payload from server to clients: sum of all layers except tcp_ip. Whole run."),
        .maybe(
            "wire_bytes_estimated", \.wireBytesEstimated, unit: "bytes", within: .fromZero,
            empty: "segments were not counted",
            "TCP payload plus estimated TCP and IP headers, both directions: sum of all layers. Whole run. An "
                + "estimate, see layers.csv."),
    ]

    static let compressionColumns: [CSVField<SummaryRow>] = [
        .maybe(
            "inflated_bytes_total", \.inflatedBytesTotal, unit: "bytes", within: .fromZero,
            empty: "nothing was compressed",
            "Uncompressed size of the items in all deliveries; payload_bytes_total has their compressed size. Whole "
                + "run."
        ).addedLater
    ]

    static let tlsColumns: [CSVField<SummaryRow>] = [
        .maybe(
            "tls_resumed", \.tlsResumed, within: .fromZero,
            empty: "connections were not encrypted, or carried no HTTP exchanges",
            "Number of the connections in connects that resumed an earlier TLS session. Whole run."
        ).addedLater
    ]

    static let retransmissionColumns: [CSVField<SummaryRow>] = [
        .maybe(
            "retransmitted_bytes", \.retransmittedBytes, unit: "bytes", within: .fromZero,
            empty: "segments were not counted, or the file is older than the column",
            "TCP payload that the kernels retransmitted: both directions if the server reports it, otherwise only up. "
                + "In no layer and not in wire_bytes_estimated. Whole run."
        ).addedLater
    ]

    static let drainColumns: [CSVField<SummaryRow>] = [
        .maybe(
            "delivered_after_window", \.deliveredAfterWindow, within: .fromZero,
            empty: "the run failed before it was counted, or the file is older than the column",
            "Copies of items due at or after the end of the window, received while clients still waited for an item of "
                + "the window. No other count and no latency includes them, but every column of bytes does, so bytes "
                + "and requests per item are divided by delivered + delivered_after_window."
        ).addedLater
    ]

    /// All copies whose bytes are counted: the divisor for bytes and requests per item.
    package var received: Int? { delivered.map { $0 + (deliveredAfterWindow ?? 0) } }
}

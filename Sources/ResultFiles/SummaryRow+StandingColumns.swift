/// What a client costs by the time, which is all there is where nothing is delivered.
extension SummaryRow {
    static let standing: [CSVField<SummaryRow>] = [
        .maybe(
            "bytes_per_client_s", \.bytesPerClientSecond, unit: "bytes/s", within: .fromZero, decimals: 6,
            empty: "the run broke before it was counted, or the file is older than the column",
            "TCP payload of both directions after the warm-up as the kernel counts it, items included, divided by "
                + "clients and seconds. Connections opened before and closed afterwards are not in it."
        ).addedLater,
        .maybe(
            "requests_per_client_s", \.requestsPerClientSecond, unit: "1/s", within: .fromZero, decimals: 6,
            empty: "the transport does not speak HTTP, or as for bytes_per_client_s",
            "HTTP requests that ended after the warm-up, divided by clients and seconds."
        ).addedLater,
        .maybe(
            "server_cpu_us_per_client_hour", \.serverCPUMicrosecondsPerClientHour, unit: "us", within: .fromZero,
            empty: "the server is not ours, or the file is older than the column",
            "User and system CPU time of the server process after the warm-up, divided by clients and hours; what the "
                + "server needs without any client is in it."
        ).addedLater,
    ]

    static let resending: [CSVField<SummaryRow>] = [
        .maybe(
            "retransmitted_bytes", \.retransmittedBytes, unit: "bytes", within: .fromZero,
            empty: "segments were not counted, or the file is older than the column",
            "TCP payload that the kernels sent again, both directions where the server tells, else up; in no layer and "
                + "not in wire_bytes_estimated. Whole run."
        ).addedLater
    ]
}

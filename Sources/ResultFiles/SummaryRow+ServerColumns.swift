/// Columns on the server that was measured.
extension SummaryRow {
    static let serverColumns: [CSVField<SummaryRow>] = [
        .maybe(
            "server", \.server, empty: "the server is unknown, or the file is older than the column",
            "The server: pushlab, or the name of a third-party server's folder in `peers`."
        ).addedLater,
        .maybe(
            "server_version", \.serverVersion,
            empty: "the server does not report it, or the file is older than the column",
            "Version of the server: what PushLab's server reports, or the first line that the command `version` of "
                + "`peer.yaml` prints."
        ).addedLater,
    ]
}

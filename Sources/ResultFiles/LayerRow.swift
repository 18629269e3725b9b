/// The bytes of one layer in one direction of one run: a row of `layers.csv`.
package struct LayerRow: CSVRow {
    static let directions = ["up", "down"]
    static let layers = [
        "payload", "envelope", "framing", "http_head", "ws_frame_header", "ws_mask", "ws_control", "handshake", "tls",
        "tcp_ip",
    ]
    static let provenances = ["counted", "kernel", "estimated"]

    package var runID: String = ""
    package var caseID: String = ""
    package var repetition: Int = 0
    package var transport: String = ""
    package var variant: String = ""
    package var direction: String = ""
    package var layer: String = ""
    package var bytes: Int = 0
    package var provenance: String = ""

    package init() {}

    package static let table = CSVTable<LayerRow>(
        fileName: "layers.csv",
        summary: "A row for each run, direction, layer and provenance.",
        key: ["run_id", "case_id", "repeat", "direction", "layer", "provenance"],
        fields: columns
    )

    static let columns: [CSVField<LayerRow>] = [
        .always(
            "run_id", \.runID,
            "The run: its start in UTC and its seed, as in the folder's name."),
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
            "direction", \.direction, within: .oneOf(LayerRow.directions),
            "`up` is from client to server, `down` from server to client."),
        .always(
            "layer", \.layer, within: .oneOf(LayerRow.layers),
            "What the bytes were for; see the table of layers."),
        .always(
            "bytes", \.bytes, unit: "bytes", within: .fromZero,
            "Bytes of the layer in the whole run, warm-up included, summed over all clients."),
        .always(
            "provenance", \.provenance, within: .oneOf(LayerRow.provenances),
            "Where the number is from: `counted` by us as bytes passed, `kernel` from TCP_INFO, `estimated` "
                + "from counts of segments."),
    ]
}

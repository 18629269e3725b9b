import WireAccounting

/// The bytes of one layer in one direction of one run: a row of `layers.csv`.
package struct LayerRow: CSVRow {
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
        summary: "One row per run, direction, layer and provenance.",
        key: ["run_id", "case_id", "repeat", "direction", "layer", "provenance"],
        fields: columns
    )

    static let columns: [CSVField<LayerRow>] = [
        .always(
            "run_id", \.runID,
            "Identifier of the run: its start time (UTC) and seed, as in the name of its folder."),
        .always(
            "case_id", \.caseID,
            "Identifier of the case: feed, clients, transport and variant (if any), joined by underscores."),
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
            "direction", \.direction, within: .oneOf(Direction.allCases.map(\.rawValue)),
            "`up`: from client to server; `down`: from server to client."),
        .always(
            "layer", \.layer, within: .oneOf(ByteLayer.allCases.map(\.rawValue)),
            "Purpose of the bytes; see the table of layers."),
        .always(
            "bytes", \.bytes, unit: "bytes", within: .fromZero,
            "Bytes of the layer in the whole run, warm-up included, summed over all clients."),
        .always(
            "provenance", \.provenance, within: .oneOf(Provenance.allCases.map(\.rawValue)),
            "Source of the number: `counted` by PushLab from the bytes it sent or received, `kernel` from TCP_INFO, "
                + "`estimated` from segment counts."),
    ]
}

import WireAccounting

/// How many messages of one run had the same variable lengths: a row of `exchanges.csv`.
///
/// What varies in the headers of one transport is the number of digits of a cursor, a sequence or a length. With these
/// counts, the formulas give the bytes of a run exactly.
package struct ExchangeRow: CSVRow {
    package var runID: String = ""
    package var caseID: String = ""
    package var repetition: Int = 0
    package var what: String = ""
    package var cursorDigits: Int = 0
    package var lengthDigits: Int = 0
    package var count: UInt64 = 0

    package init() {}

    package static let table = CSVTable<ExchangeRow>(
        fileName: "exchanges.csv",
        summary: "One row per run, kind of message and numbers of digits.",
        key: ["run_id", "case_id", "repeat", "what", "cursor_digits", "length_digits"],
        fields: columns
    )

    static let columns: [CSVField<ExchangeRow>] = [
        .always(
            "run_id", \.runID,
            "Identifier of the run: its start time (UTC) and seed, as in the name of its folder."),
        .always("case_id", \.caseID, "Identifier of the case, as in `summary.csv`."),
        .always("repeat", \.repetition, within: .fromOne, "Repeat of the case, counted from 1."),
        .always(
            "what", \.what, within: .oneOf(MessageTally.Kind.allCases.map(\.rawValue)),
            "Kind of message; see the table of kinds."),
        .always(
            "cursor_digits", \.cursorDigits, within: .fromZero,
            "Decimal digits of its cursor or sequence; 0 for the cursor 0, and where it has none."),
        .always(
            "length_digits", \.lengthDigits, within: .fromZero,
            "Digits of the length of its body, decimal, or hexadecimal for chunks; for an item those of its sequence "
                + "and due time in base 36; 0 where it has none."),
        .always(
            "count", \.count, within: .fromZero, "Number of such messages in the whole run, summed over all clients."),
    ]
}

import ResultFiles

/// `summary.json`: what a run found, for programs. Made from the folder's CSV files and manifest alone.
package enum ResultSummary {
    package static let fileName = "summary.json"
    /// Grows when a field changes its meaning or goes; new fields do not change it.
    package static let schemaVersion = 1

    /// - Parameter folder: A run.
    /// - Returns: The content of the file.
    package static func json(_ folder: ReportFolder) -> JSONValue {
        json(folder, Aggregates.rows(folder), folder.comparisons)
    }

    static func json(
        _ folder: ReportFolder, _ aggregates: [AggregateRow], _ comparisons: [ComparisonRow]
    ) -> JSONValue {
        let byCase = Dictionary(grouping: aggregates, by: \.caseID)
        let cases = folder.conditions.flatMap(\.cases).map { json($0, byCase[$0.caseID] ?? []) }
        return [
            "schema_version": .number(schemaVersion),
            "run_id": .optional(folder.summary.first?.runID),
            "scenario": .string(folder.scenario),
            "question": .optional(folder.question),
            "complete": folder.manifest.map { .flag($0.complete && folder.incomplete.text == nil) } ?? .null,
            "incomplete_reason": .optional(folder.incomplete.text),
            "cases": .array(cases),
            "checks": .array(folder.checks.map(CheckRow.table.json)),
            "claims": .array(folder.claims.map(ClaimRow.table.json)),
            "comparisons": .array(comparisons.map(ComparisonRow.table.json)),
        ]
    }

    private static func json(_ result: CaseResult, _ aggregates: [AggregateRow]) -> JSONValue {
        let columns = aggregates.map { row -> (String, JSONValue) in
            let interval = [row.low, row.high].map { $0.map(JSONValue.number) ?? .null }
            return (
                row.column,
                [
                    "unit": .optional(row.unit), "median": .number(row.median), "low": interval[0],
                    "high": interval[1], "min": .number(row.minimum), "max": .number(row.maximum),
                    "repeats": .number(row.repeats),
                ]
            )
        }
        var fields: [(String, JSONValue)] = [("case_id", .string(result.caseID))]
        if !result.server.isEmpty { fields.append(("server", .string(result.server))) }
        fields += [
            ("transport", .string(result.transport)),
            ("variant", .string(result.variant)),
            ("feed", .optional(result.settingRow?.feed ?? result.rows.first?.feed)),
            ("clients", .number(result.clients)),
            ("network", .optional(result.rows.first?.network)),
            ("axes", .optional(result.rows.first?.axes)),
            ("repeats", .number(result.rows.count)),
            ("valid_bytes", .number(result.rows.count { $0.hasValidBytes })),
            ("valid_times", .number(result.rows.count { $0.hasValidTimes })),
            ("invalid_reasons", .array(result.invalidReasons.map(JSONValue.string))),
            ("columns", JSONValue(fields: columns)),
        ]
        return JSONValue(fields: fields)
    }
}

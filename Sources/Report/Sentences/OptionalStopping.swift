import Measurement
import ResultFiles

/// `--until` looks at the results before it decides on another repeat, so repeats end where they happen to agree.
enum OptionalStopping {
    static func sentences(_ folder: ReportFolder) -> [String] {
        // `--again` repeats a run with its number of repeats, which is fixed before the first.
        if folder.manifest?.repeatsRun != nil { return [] }
        let stated = folder.manifest?.options?.until ?? []
        let judged = folder.checks.filter { $0.origin == CheckRow.Origin.until.rawValue }.map(\.condition)
        let conditions = (judged.isEmpty ? stated : judged).distinct()
        guard !conditions.isEmpty else { return [] }
        return [
            "This run had no fixed number of repeats: it was to go on until \(Figure.list(conditions)) (--until). "
                + "An interval that ended the repeats is narrower than noise allows, and p values of columns in such "
                + "a condition are not tests."
        ]
    }
}

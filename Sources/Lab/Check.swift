import ResultFiles

/// What every run is held to, beside being valid: each item reaches each client once and in order.
struct Check {
    let complaints: [String]

    /// - Parameters:
    ///   - row: A run's figures.
    ///   - wantsEach: False where clients ask for the newest item only; then misses and copies are a result.
    init(_ row: SummaryRow, wantsEach: Bool) {
        var complaints: [String] = []
        if row.valid != true { complaints.append("invalid: \(row.invalidReason ?? "unknown")") }
        if wantsEach, let missed = row.missed, missed > 0 {
            complaints.append("\(missed) of \(row.expected ?? 0) items were missed")
        }
        if wantsEach, let twice = row.duplicate, twice > 0 { complaints.append("\(twice) items came twice") }
        if let reordered = row.reordered, reordered > 0 { complaints.append("\(reordered) items came out of order") }
        self.complaints = complaints.map { "\(row.caseID), repeat \(row.repetition): \($0)" }
    }
}

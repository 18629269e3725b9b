import Measurement
import ResultFiles

/// How the claims and the conditions of a run ended, in a sentence each.
enum VerdictSentences {
    static func all(_ folder: ReportFolder) -> [String] { claims(folder.claims) + checks(folder.checks) }

    static func claims(_ rows: [ClaimRow]) -> [String] {
        guard !rows.isEmpty else { return [] }
        let parts = [("holds", "hold"), ("fails", "fail"), ("open", "open")].compactMap { verdict, word -> String? in
            let ids = rows.filter { $0.verdict == verdict }.map(\.claimID)
            if ids.isEmpty { return nil }
            let verb = verdict == "open" ? (ids.count == 1 ? "is open" : "are open") : ids.count == 1 ? verdict : word
            return "\(ids.count) \(verb) (\(ids.joined(separator: ", ")))"
        }
        return ["Of \(Figure.counted(rows.count, "published claim")), \(Figure.list(parts))."]
    }

    static func checks(_ rows: [CheckRow]) -> [String] {
        guard !rows.isEmpty else { return [] }
        let failed = rows.filter { $0.verdict == CheckRow.Verdict.failed.rawValue }
        let open = rows.filter { $0.verdict == CheckRow.Verdict.open.rawValue }
        if failed.isEmpty && open.isEmpty {
            return [
                rows.count == 1
                    ? "The condition on the results passed." : "All \(rows.count) conditions on the results passed."
            ]
        }
        let parts = [(failed, "failed"), (open, "open")].compactMap { rows, word -> String? in
            rows.isEmpty ? nil : "\(rows.count) \(word): \(rows.map(\.condition).distinct().joined(separator: "; "))"
        }
        return ["Of \(Figure.counted(rows.count, "condition")) on the results, \(parts.joined(separator: ". "))."]
    }
}

import Measurement
import ResultFiles

/// How the claims and the conditions of a run ended, in a sentence each.
enum VerdictSentences {
    /// The largest number of conditions in one sentence.
    private static let most = 3

    static func all(_ folder: ReportFolder) -> [String] {
        claims(folder.claims) + checks(folder.checks) + OptionalStopping.sentences(folder)
    }

    static func claims(_ rows: [ClaimRow]) -> [String] {
        PublishedClaim.Origin.allCases.flatMap { origin in
            sentence(rows.filter { $0.origin ?? PublishedClaim.Origin.published.rawValue == origin.rawValue }, origin)
        }
    }

    private static func sentence(_ rows: [ClaimRow], _ origin: PublishedClaim.Origin) -> [String] {
        guard !rows.isEmpty else { return [] }
        let parts = [("holds", "hold"), ("fails", "fail"), ("open", "open")].compactMap { verdict, word -> String? in
            let ids = rows.filter { $0.verdict == verdict }.map(\.claimID)
            if ids.isEmpty { return nil }
            let verb = verdict == "open" ? (ids.count == 1 ? "is open" : "are open") : ids.count == 1 ? verdict : word
            return "\(ids.count) \(verb) (\(Figure.names(ids)))"
        }
        let subject =
            switch origin {
            case .published: Figure.counted(rows.count, "published claim")
            case .derived: Figure.counted(rows.count, "claim") + " with a number derived from the publication"
            case .chosen: Figure.counted(rows.count, "claim") + " without a published number, with a bound chosen here"
            }
        return ["Of \(subject), \(Figure.list(parts))."]
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
            guard !rows.isEmpty else { return nil }
            let conditions = rows.map(\.condition).distinct()
            let rest = conditions.count > most ? "; and \(conditions.count - most) more" : ""
            return "\(rows.count) \(word): \(conditions.prefix(most).joined(separator: "; "))\(rest)"
        }
        return ["Of \(Figure.counted(rows.count, "condition")) on the results, \(parts.joined(separator: ". "))."]
    }
}

extension Figure {
    /// Names with commas; of many, the first ten and the number of the others.
    fileprivate static func names(_ names: [String]) -> String {
        let shown = names.prefix(10).joined(separator: ", ")
        return names.count > 10 ? "\(shown) and \(names.count - 10) more" : shown
    }
}

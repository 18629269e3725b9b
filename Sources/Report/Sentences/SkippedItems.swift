import Measurement
import ResultFiles

/// Cases whose clients did not receive all items: their figures per item are not comparable.
enum SkippedItems {
    private static let least = 0.995

    /// Two sentences: the share of items that the clients of each case received, and how to compare them. Empty if all
    /// received all.
    static func sentences(_ quoted: [QuotedCase]) -> [String] {
        let shares = quoted.compactMap { one in
            one.result.bytes.median(\.coherenceRatio).map { NamedShare(name: one.name, share: $0) }
        }.sorted()
        let partial = shares.filter { $0.share < least }
        guard let noun = quoted.first?.result.terms.noun, !partial.isEmpty else { return [] }
        let share = "Share of the \(noun)s received (coherence): \(NamedShare.list(shares))."
        if partial.count == quoted.count { return [share] }
        let names = Figure.list(partial.map(\.name), most: 4)
        return [share, "Compare \(names) with the others per client and second, not per \(noun)."]
    }
}

/// A share of a whole, for one case.
struct NamedShare: Comparable {
    let name: String
    let share: Double

    /// More different shares would make the sentence too long.
    private static let mostShares = 5

    static func < (left: Self, right: Self) -> Bool { (left.share, left.name) < (right.share, right.name) }

    /// Never rounded to all.
    private var text: String {
        let text = Figure.percent(share)
        return share < 1 && text == Figure.percent(1) ? "over 99 %" : text
    }

    /// `50 % with A; 100 % with B and C`, in the order of the shares; each share once.
    static func list(_ shares: [NamedShare]) -> String {
        let groups = shares.map(\.text).distinct().map { text in
            let names = shares.filter { $0.text == text }.map(\.name)
            return "\(text) with \(Figure.list(names, most: 4))"
        }
        let rest = groups.count > mostShares ? ["\(groups.count - mostShares) other shares are in the table"] : []
        return (groups.prefix(mostShares) + rest).joined(separator: "; ")
    }
}

import Measurement
import ResultFiles

/// Cases that are comparable: same feed, number of clients and simulated network.
struct Condition: Equatable {
    let feed: String
    let clients: Int
    /// `nil` without a simulated network.
    let network: NetworkTerms?
    /// In the fixed order of transports, not in the order of the run.
    let cases: [CaseResult]

    /// `replay-host, 100 clients`.
    var title: String {
        [feed, Figure.counted(clients, "client"), network?.title].compactMap { $0 }.joined(separator: ", ")
    }

    /// `replay-host at 100 clients`, for sentences.
    var phrase: String {
        "\(feed) at \(Figure.counted(clients, "client"))" + (network.map { " \($0.phrase)" } ?? "")
    }

    /// The largest number of repeats of any case.
    var repeats: Int { cases.map(\.rows.count).max() ?? 0 }

    /// Conditions in the order of their first rows, which is the order of the scenario.
    static func all(in rows: [SummaryRow]) -> [Condition] {
        let byCondition = Dictionary(grouping: rows, by: Key.init)
        return rows.map(Key.init).distinct().map { key in
            let byCase = Dictionary(grouping: byCondition[key] ?? [], by: \.caseID)
            return Condition(
                feed: key.feed, clients: key.clients, network: key.network,
                cases: byCase.values.compactMap(CaseResult.init).sorted(by: isInOrder))
        }
    }

    private static func isInOrder(_ left: CaseResult, _ right: CaseResult) -> Bool {
        if left.style.rank != right.style.rank { return left.style.rank < right.style.rank }
        let (leftInterval, rightInterval) = (left.pollIntervalMilliseconds ?? 0, right.pollIntervalMilliseconds ?? 0)
        if leftInterval != rightInterval { return leftInterval < rightInterval }
        return left.caseID < right.caseID
    }

    private struct Key: Hashable {
        let feed: String
        let clients: Int
        let network: NetworkTerms?

        init(_ row: SummaryRow) {
            (feed, clients, network) = (row.feed, row.clients, NetworkTerms(row))
        }
    }
}

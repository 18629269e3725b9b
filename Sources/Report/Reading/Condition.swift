import Expressions
import Measurement
import ResultFiles

/// Cases that are comparable: they differ only in the server, the transport and its options.
struct Condition: Equatable {
    /// What distinguishes it from the other conditions of the run: `lifetime.mean=2s`; for the only condition of a run
    /// ``setting``.
    let title: String
    /// The same for sentences: `replay-host at 100 clients`, `payload=20B and clients=10`.
    let phrase: String
    /// Feed, number of clients and network: `replay-host, 100 clients`.
    let setting: String
    /// `nil` without a simulated network.
    let network: NetworkTerms?
    /// In the order of the scenario's file, which is that of the rows.
    let cases: [CaseResult]

    /// The title and, if it does not say so, the setting: for headings with enough space.
    var heading: String { title.contains(setting) ? title : "\(title) (\(setting))" }

    /// The largest number of repeats of any case.
    var repeats: Int { cases.map(\.rows.count).max() ?? 0 }

    /// Conditions in the order of their first rows, which is the order of the scenario.
    static func all(in rows: [SummaryRow]) -> [Condition] {
        let byKey = Dictionary(grouping: rows, by: ConditionKey.init)
        let keys = rows.map(ConditionKey.init).distinct()
        return zip(keys, ConditionTitle.all(of: keys.map { ($0, byKey[$0] ?? []) })).map { key, title in
            let own = byKey[key] ?? []
            let byCase = Dictionary(grouping: own, by: \.caseID)
            return Condition(
                title: title.text, phrase: title.phrase, setting: key.setting, network: key.network,
                cases: own.map(\.caseID).distinct().compactMap { byCase[$0].flatMap(CaseResult.init) })
        }
    }
}

/// Everything that distinguishes cases except the server, the transport and its options.
struct ConditionKey: Hashable {
    let feed: String
    let clients: Int
    let network: NetworkTerms?
    /// The part of the case's id before the server and the transport: it names lifetimes, restarts, slow clients and
    /// times too. In files whose ids are not of this form, the swept fields that are no options of the transport.
    private let rest: String

    init(_ row: SummaryRow) {
        (feed, clients, network) = (row.feed, row.clients, NetworkTerms(row))
        let named = NamedCase(row)
        rest =
            named.endsWithUse
            ? named.condition : row.conditionFacts.map(\.text).joined(separator: "; ")
    }

    /// `replay-host, 100 clients`.
    var setting: String {
        [feed, Figure.counted(clients, "client"), network?.title].compactMap { $0 }.joined(separator: ", ")
    }

    /// `replay-host at 100 clients`.
    var phrase: String {
        "\(feed) at \(Figure.counted(clients, "client"))" + (network.map { " \($0.phrase)" } ?? "")
    }
}

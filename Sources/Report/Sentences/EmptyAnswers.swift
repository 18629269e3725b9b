import ResultFiles
import Transports

/// Requests that were answered without an item: what polling wastes.
enum EmptyAnswers {
    /// Cases must differ by this share of the requests; less is not worth a sentence.
    private static let worthSaying = 0.1
    // The requests of the others are not for items.
    private static let polling = [ShortPolling.name, LongPolling.name]

    /// One sentence about the cases that poll, or none.
    static func sentences(_ quoted: [QuotedCase]) -> [String] {
        let shares = quoted.filter { polling.contains($0.result.transport) }.compactMap { one in
            one.result.bytes.median(\.emptyShare).map { NamedShare(name: one.name, share: $0) }
        }.sorted()
        guard let least = shares.first, let most = shares.last else { return [] }
        // A transport that pushes has none.
        let lowest = shares.count < quoted.count ? 0 : least.share
        guard most.share - lowest >= worthSaying else { return [] }
        return ["Share of the requests with an empty answer: \(NamedShare.list(shares.reversed()))."]
    }
}

extension SummaryRow {
    fileprivate var emptyShare: Double? {
        guard let emptyResponses, let requests, requests > 0 else { return nil }
        return Double(emptyResponses) / Double(requests)
    }
}

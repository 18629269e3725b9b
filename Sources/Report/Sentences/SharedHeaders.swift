import ResultFiles
import Transports

/// Polls whose responses carry several items, which share their headers.
enum SharedHeaders {
    // A stream is one response for all items.
    private static let polling = [ShortPolling.name, LongPolling.name]

    static func sentences(_ quoted: [QuotedCase]) -> [String] {
        let shares = quoted.compactMap { one -> String? in
            guard polling.contains(one.result.transport), let items = one.result.bytes.median(\.itemsPerResponse),
                items >= 1.5
            else { return nil }
            return "\(Figure.significant(items)) with \(one.name)"
        }
        guard let noun = quoted.first?.result.terms.noun, !shares.isEmpty else { return [] }
        return ["Several \(noun)s share the headers of one response: \(Figure.list(shares, most: 4))."]
    }
}

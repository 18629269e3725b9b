import ResultFiles

/// What compression left of the items, and what it changed on the wire.
enum CompressedItems {
    private static let most = 4

    static func sentences(_ quoted: [QuotedCase]) -> [String] {
        let sentences = quoted.compactMap { sentence($0, among: quoted) }
        if sentences.count <= most { return sentences }
        return sentences.prefix(most) + ["\(sentences.count - most) more compressed cases are in the table."]
    }

    private static func sentence(_ one: QuotedCase, among quoted: [QuotedCase]) -> String? {
        guard let name = one.result.bytes.rows.lazy.compactMap(\.compression).first,
            let before = one.result.bytes.median(\.inflatedBytesPerItem),
            let after = one.result.bytes.median(\.payloadBytesPerItem), before > 0
        else { return nil }
        let noun = one.result.terms.noun
        let start =
            "\(capitalized(one.name)): \(name) made \(Figure.significant(after)) of \(Figure.significant(before)) "
            + "bytes per \(noun)"
        let plain = quoted.first {
            $0.result.transport == one.result.transport && $0.result.server == one.result.server
                && $0.result.bytes.rows.allSatisfy { $0.compression == nil }
        }
        guard let own = one.wire, let its = plain?.wire, its > 0 else { return start + "." }
        return start + "; on the wire, with overhead and TCP/IP headers, \(Figure.significant(own)) instead of "
            + "\(Figure.significant(its)) (\(Figure.percent(own / its)))."
    }
}

extension SummaryRow {
    fileprivate var inflatedBytesPerItem: Double? {
        guard let inflatedBytesTotal, let received, received > 0 else { return nil }
        return Double(inflatedBytesTotal) / Double(received)
    }
}

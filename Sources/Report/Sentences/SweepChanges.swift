import Foundation

/// How much a quantity of each transport changes from one end of an axis to the other.
enum SweepChanges {
    /// The largest number of transports with figures in one sentence.
    private static let most = 4

    private struct Change {
        let series: Sweep.Series
        let first: Double
        let last: Double
        /// Whether it is more than noise.
        let isClear: Bool

        var ratio: Double { first > 0 ? last / first : .infinity }
    }

    /// `Median delay with rate from 2/s to 100/s: long polling from 21 ms to 41 ms (1.95 times); no clear change for
    /// WebSocket.`, with a place for the block.
    static func sentence(_ quantity: SweepQuantity, _ facet: Sweep.Facet, _ axis: SweepAxis) -> String? {
        guard let low = axis.values.first, let high = axis.values.last else { return nil }
        let changes = facet.series.compactMap { change($0, quantity, low, high) }
        // What grows with the item itself says nothing; OverheadShare does.
        if changes.isEmpty || quantity.column == SweepQuantity.share.column { return nil }
        let clear = changes.filter(\.isClear).sorted { abs(log($0.ratio)) > abs(log($1.ratio)) }
        let noise = changes.filter { !$0.isClear }.map(\.series.phrase)
        // The largest and the smallest change.
        let shown = clear.count > most ? clear.prefix(most - 1) + clear.suffix(1) : clear[...]
        let texts = shown.map { one in
            "\(one.series.phrase) from \(quantity.text(one.first)) to \(quantity.text(one.last))"
                + (one.ratio.isFinite ? " (\(Figure.significant(one.ratio)) times)" : "")
        }
        let rest = clear.count > most ? ["\(clear.count - most) more"] : []
        var parts = texts.isEmpty ? [] : [Figure.list(texts + rest)]
        if !noise.isEmpty { parts.append("no clear change for \(Figure.list(noise, most: most))") }
        return "\(capitalized(quantity.name)) with \(axis.name) from \(low.text) to \(high.text)\(AxisSentence.place): "
            + "\(parts.joined(separator: "; "))."
    }

    private static func change(
        _ series: Sweep.Series, _ quantity: SweepQuantity, _ low: AxisValue, _ high: AxisValue
    ) -> Change? {
        guard !series.isFlat, let before = series.result(at: low), let after = series.result(at: high),
            let first = quantity.spread(before)?.median, let last = quantity.spread(after)?.median
        else { return nil }
        let isClear = quantity.isClearlyAbove(before, after) || quantity.isClearlyAbove(after, before)
        return Change(series: series, first: first, last: last, isClear: isClear)
    }
}

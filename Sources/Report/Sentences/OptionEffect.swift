import Measurement
import ResultFiles

/// What another word in a field changes, such as `tls=true` instead of `tls=false`: over pairs of cases that differ in
/// nothing else.
enum OptionEffect {
    private static let mostSentences = 4
    private static let quantities: [(QuestionTopics.Topic, SweepQuantity)] = [
        (.recovery, .recovery), (.recovery, .longestRecovery), (.delay, .median), (.bytes, .overhead),
        (.bytes, .wire), (.processor, .processor),
    ]

    private typealias Pair = (before: CaseResult, after: CaseResult)

    /// The fields that the question names come first.
    static func all(_ folder: ReportFolder, _ topics: QuestionTopics = QuestionTopics(nil)) -> [String] {
        let results = folder.conditions.flatMap(\.cases)
        let numeric = Set(SweepAxis.all(in: results).flatMap { [$0.name] + $0.companions })
        let names = results.flatMap { $0.axes.map(\.name) }.distinct().filter { !numeric.contains($0) }
        let asked = names.filter { QuestionTopics.asks(folder.question, about: $0) }
        let all = (asked + names.filter { !asked.contains($0) }).flatMap { effects($0, results, topics) }
        if all.count <= mostSentences { return all.map(\.text) }
        // Of many, those that are more than noise come first.
        let sorted = all.filter(\.isClear) + all.filter { !$0.isClear }
        return sorted.prefix(mostSentences).map(\.text)
            + ["\(all.count - mostSentences) more such differences are in the tables."]
    }

    /// A sentence per value of the field, compared with its first value.
    static func sentences(_ name: String, _ results: [CaseResult], _ topics: QuestionTopics) -> [String] {
        effects(name, results, topics).map(\.text)
    }

    private static func effects(
        _ name: String, _ results: [CaseResult], _ topics: QuestionTopics
    ) -> [(text: String, isClear: Bool)] {
        let values = results.compactMap { $0.axis(name)?.text }.distinct()
        guard let first = values.first else { return [] }
        let byValue = Dictionary(grouping: results) { $0.axis(name)?.text }
        let baselines = Dictionary((byValue[first] ?? []).map { (rest(of: $0, except: name), $0) }) { one, _ in one }
        return values.dropFirst().compactMap { value in
            let pairs = (byValue[value] ?? []).compactMap { result in
                baselines[rest(of: result, except: name)].map { ($0, result) }
            }
            let changes = asked(topics).compactMap {
                Change($0.judged(pairs.count, pairs.flatMap { [$0.0, $0.1] }), pairs)
            }
            let clear = changes.filter(\.isClear).map(\.text)
            let noise = changes.filter { !$0.isClear }.map(\.quantity.name)
            let parts = clear + (noise.isEmpty ? [] : ["no clear difference in \(Figure.list(noise))"])
            if parts.isEmpty { return nil }
            let number = pairs.count == 1 ? "" : " (\(pairs.count) pairs of cases)"
            let text = "\(name)=\(value) against \(name)=\(first)\(number): \(parts.joined(separator: "; "))."
            return (text, !clear.isEmpty)
        }
    }

    /// The quantities of the question, if it names any; the tables have the others.
    private static func asked(_ topics: QuestionTopics) -> [SweepQuantity] {
        let asked = quantities.filter { topics.contains($0.0) }
        return (asked.isEmpty ? quantities : asked).map(\.1)
    }

    /// What two cases must have in common to differ in nothing but the field.
    private static func rest(of result: CaseResult, except name: String) -> [String] {
        [result.transport, "\(result.clients)"] + result.axes.filter { $0.name != name }.map(\.text)
    }

    /// What happens to one quantity over all pairs.
    private struct Change {
        let quantity: SweepQuantity
        let text: String
        /// Whether any pair differs by more than noise.
        let isClear: Bool

        /// - Returns: `nil` if no pair has both values.
        init?(_ quantity: SweepQuantity, _ pairs: [Pair]) {
            let ratios = pairs.compactMap { pair -> (ratio: Double, more: Double, name: String, isClear: Bool)? in
                guard let old = quantity.spread(pair.before)?.median, let new = quantity.spread(pair.after)?.median,
                    old > 0
                else { return nil }
                let isClear =
                    quantity.isClearlyAbove(pair.before, pair.after) || quantity.isClearlyAbove(pair.after, pair.before)
                return (new / old, new - old, pair.after.style.name, isClear)
            }
            guard let low = ratios.min(by: { $0.ratio < $1.ratio }), let high = ratios.max(by: { $0.ratio < $1.ratio })
            else { return nil }
            let (from, to) = (Figure.significant(low.ratio), Figure.significant(high.ratio))
            let noise = ratios.count { !$0.isClear }
            let isNamed = low.name != high.name
            let range =
                from == to
                ? "\(from) times"
                : isNamed ? "from \(from) times (\(low.name)) to \(to) times (\(high.name))" : "\(from) to \(to) times"
            let doubt = noise == 0 ? "" : ", not clear in \(noise) of \(ratios.count)"
            let ends = quantity.isOfTimes ? nil : Self.difference(quantity, ratios.map(\.more))
            self.quantity = quantity
            text = "\(range) the \(quantity.name)\(ends ?? "")\(doubt)"
            isClear = noise < ratios.count
        }

        /// ` (+0 B to +163 B)`.
        private static func difference(_ quantity: SweepQuantity, _ values: [Double]) -> String? {
            guard let low = values.min(), let high = values.max() else { return nil }
            let texts = [low, high].map { ($0 < 0 ? "−" : "+") + quantity.text($0.magnitude) }
            return " (\(texts.distinct().joined(separator: " to ")))"
        }
    }
}

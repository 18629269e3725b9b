import ResultFiles

/// What another word in a field changes, such as `tls=true` instead of `tls=false`: over pairs of cases that differ in
/// nothing else.
enum OptionEffect {
    private static let mostSentences = 6
    private static let quantities: [SweepQuantity] = [.median, .overhead, .wire, .processor]

    /// The fields that the question names come first.
    static func all(_ folder: ReportFolder) -> [String] {
        let results = folder.conditions.flatMap(\.cases)
        let numbers = SweepAxis.all(in: results)
        let numeric = Set(numbers.flatMap { [$0.name] + $0.companions })
        var names: [String] = []
        for name in results.flatMap({ $0.axes.map(\.name) }) where !names.contains(name) && !numeric.contains(name) {
            names.append(name)
        }
        let question = folder.question?.lowercased() ?? ""
        let asked = names.filter { question.contains($0.lowercased()) }
        let all = (asked + names.filter { !asked.contains($0) }).flatMap { sentences($0, results) }
        return Array(all.prefix(mostSentences))
    }

    /// A sentence per value of the field, compared with its first value.
    static func sentences(_ name: String, _ results: [CaseResult]) -> [String] {
        var values: [String] = []
        for value in results.compactMap({ $0.axis(name)?.text }) where !values.contains(value) { values.append(value) }
        guard let first = values.first else { return [] }
        return values.dropFirst().compactMap { value in
            let pairs = results.filter { $0.axis(name)?.text == value }.compactMap { result in
                results.first { $0.axis(name)?.text == first && isAlike($0, result, except: name) }.map { ($0, result) }
            }
            let changes = quantities.compactMap { change($0, pairs) }
            if changes.isEmpty { return nil }
            let number = pairs.count == 1 ? "" : " (\(pairs.count) pairs of cases)"
            return "\(name)=\(value) against \(name)=\(first): \(changes.joined(separator: ", "))\(number)."
        }
    }

    private static func isAlike(_ one: CaseResult, _ other: CaseResult, except name: String) -> Bool {
        let fields = { (result: CaseResult) in
            result.axes.filter { $0.name != name }.map { "\($0.name)=\($0.value.text)" }
        }
        return one.transport == other.transport && one.clients == other.clients && fields(one) == fields(other)
    }

    /// `1.12 to 1.21 times the bytes on the wire per item`; `nil` if no pair has both values.
    private static func change(_ quantity: SweepQuantity, _ pairs: [(CaseResult, CaseResult)]) -> String? {
        let ratios = pairs.compactMap { before, after -> Double? in
            guard let old = quantity.spread(before)?.median, let new = quantity.spread(after)?.median, old > 0 else {
                return nil
            }
            return new / old
        }
        guard let low = ratios.min(), let high = ratios.max() else { return nil }
        let (from, to) = (Figure.significant(low), Figure.significant(high))
        return (from == to ? from : "\(from) to \(to)") + " times the \(quantity.name)"
    }
}

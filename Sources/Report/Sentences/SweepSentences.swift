import ResultFiles

/// Along each axis of a sweep: how the transports of the question compare, which is lowest where, and where two change
/// places.
enum SweepSentences {
    /// More blocks would make the text too long; the plots have all.
    private static let mostFacets = 3

    /// The axes that the question names; all if it names none.
    static func all(_ folder: ReportFolder, _ topics: QuestionTopics) -> [String] {
        let question = folder.question?.lowercased() ?? ""
        let sweeps = Sweep.all(folder)
        let asked = sweeps.filter { question.contains($0.axis.name.lowercased()) }
        return (asked.isEmpty ? sweeps : asked).flatMap { sentences($0, question, topics) }
    }

    private static func sentences(_ sweep: Sweep, _ question: String, _ topics: QuestionTopics) -> [String] {
        let isPartial = sweep.facets.contains { facet in
            facet.series.contains { $0.cases.contains { ($0.result.bytes.median(\.coherenceRatio) ?? 1) < 0.995 } }
        }
        // Bytes per item are not comparable if some cases skip items.
        let quantities: [(QuestionTopics.Topic, SweepQuantity)] = [
            (.delay, .median), (.bytes, isPartial ? .traffic : .wire),
        ]
        return topics.sorted(
            quantities.flatMap { topic, quantity in
                texts(quantity, sweep, question).map { (topic: topic, text: $0) }
            })
    }

    private static func texts(_ quantity: SweepQuantity, _ sweep: Sweep, _ question: String) -> [String] {
        let facets = sweep.facets.prefix(mostFacets)
        let pairs = facets.flatMap { facet -> [AxisSentence] in
            let named = facet.series.filter { question.contains($0.style.name.lowercased()) }
            return SweepPairs.named(named, quantity, sweep.axis).map { AxisSentence(text: $0, facet: facet) }
        }
        let lowest = facets.compactMap { facet in
            SweepLeaders.sentence(quantity, facet, sweep.axis).map { AxisSentence(text: $0, facet: facet) }
        }
        let changes =
            pairs.isEmpty && sweep.facets.count == 1
            ? facets.flatMap { SweepPairs.crossings($0.series, quantity, sweep.axis) } : []
        return AxisSentence.merged(pairs) + AxisSentence.merged(lowest) + changes
    }
}

/// A sentence about one block of a sweep; other blocks may have the same.
struct AxisSentence {
    /// `%` is replaced by the block.
    let text: String
    let facet: Sweep.Facet

    /// Each text once, with all blocks that it is true of.
    static func merged(_ sentences: [AxisSentence]) -> [String] {
        var titles: [(text: String, titles: [String])] = []
        for one in sentences {
            if let index = titles.firstIndex(where: { $0.text == one.text }) {
                titles[index].titles.append(one.facet.title)
            } else {
                titles.append((one.text, [one.facet.title]))
            }
        }
        return titles.map { text, titles in
            let known = titles.filter { !$0.isEmpty }
            let places = known.map { known.count > 1 && $0.contains(",") ? "(\($0))" : $0 }
            let place = known.isEmpty ? "" : " at \(Figure.list(places))"
            return text.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false).joined(separator: place)
        }
    }
}

extension SweepAxis {
    /// `at 2/s`, `from 2/s to 10/s`; the ends are places in ``values``.
    func range(_ first: Int, _ last: Int) -> String {
        first == last ? "at \(values[first].text)" : "from \(values[first].text) to \(values[last].text)"
    }

    /// Neighbouring values with the same answer, in order.
    func runs<Answer: Equatable>(of answers: [Answer]) -> [(place: String, answer: Answer)] {
        var runs: [(first: Int, last: Int, answer: Answer)] = []
        for (index, answer) in answers.enumerated() {
            if let last = runs.last, last.answer == answer {
                runs[runs.count - 1].last = index
            } else {
                runs.append((index, index, answer))
            }
        }
        return runs.map { (range($0.first, $0.last), $0.answer) }
    }
}

extension Sweep.Series {
    func result(at value: AxisValue) -> CaseResult? {
        isFlat ? cases.first?.result : cases.first { $0.value == value }?.result
    }
}

import Foundation
import ResultFiles

/// Along each axis of a sweep: how the transports of the question compare, which is lowest where, and where two change
/// places.
enum SweepSentences {
    /// More blocks would make the text too long; the plots have all.
    private static let mostFacets = 3

    /// More axes would make the text too long.
    private static let mostAxes = 3

    /// The axes that the question names; all if it names none.
    static func all(_ folder: ReportFolder, _ topics: QuestionTopics) -> [String] {
        let question = folder.question?.lowercased() ?? ""
        let sweeps = folder.sweeps
        let asked = asked(folder, sweeps)
        return (asked.isEmpty ? sweeps : asked).prefix(mostAxes).flatMap { sentences($0, question, topics) }
    }

    /// The sweeps along axes that the question names.
    static func asked(_ folder: ReportFolder, _ sweeps: [Sweep]) -> [Sweep] {
        sweeps.filter { QuestionTopics.asks(folder.question, about: $0.axis.name) }
    }

    static func sentences(_ sweep: Sweep, _ question: String, _ topics: QuestionTopics) -> [String] {
        let isPartial = sweep.facets.contains { facet in
            facet.series.contains { $0.cases.contains { ($0.result.bytes.median(\.coherenceRatio) ?? 1) < 0.995 } }
        }
        let results = sweep.facets.flatMap { $0.series.flatMap { $0.cases.map(\.result) } }
        // Bytes per item are not comparable if some cases skip items or have larger ones.
        let bytes: SweepQuantity =
            SweepQuantity.hasSeveralSizes(results)
            ? .share : isPartial ? .traffic : question.contains("overhead") ? .overhead : .wire
        let quantities: [(QuestionTopics.Topic, SweepQuantity)] =
            [(.delay, .median), (.bytes, bytes)]
            + (topics.contains(.processor) ? [(.processor, .processor)] : [])
            + (topics.contains(.recovery) ? [(.recovery, .recovery)] : [])
        let found = quantities.map { (topic: $0, texts: texts(judged($1, sweep), sweep, question)) }
        let part = { (part: (Texts) -> [String]) in
            topics.sorted(found.flatMap { one in part(one.texts).map { (topic: one.topic, text: $0) } })
        }
        return part(\.leading) + part(\.rest)
    }

    private struct Texts {
        /// What a question asks for, of each quantity before the rest of any.
        let leading: [String]
        let rest: [String]
    }

    private static func texts(_ quantity: SweepQuantity, _ sweep: Sweep, _ question: String) -> Texts {
        let facets = sweep.facets.prefix(mostFacets)
        let pairs = facets.flatMap { facet -> [AxisSentence] in
            let named = Self.named(in: question, facet.series)
            // Two uses of one transport differ in an option, which has its own sentence.
            if Set(named.map(\.style.name)).count < 2 { return [] }
            return SweepPairs.named(named, quantity, sweep.axis).map { AxisSentence(text: $0, facet: facet) }
        }
        let ends = facets.compactMap { facet in
            SweepChanges.sentence(quantity, facet, sweep.axis).map { AxisSentence(text: $0, facet: facet) }
        }
        let lowest = facets.compactMap { facet in
            SweepLeaders.sentence(quantity, facet, sweep.axis).map { AxisSentence(text: $0, facet: facet) }
        }
        let changes =
            pairs.isEmpty && sweep.facets.count == 1
            ? facets.flatMap { SweepPairs.crossings($0.series, quantity, sweep.axis) } : []
        // The first pair is the subject of the question.
        let all = AxisSentence.merged(pairs)
        return Texts(
            leading: all.prefix(1) + AxisSentence.merged(ends),
            rest: all.dropFirst() + AxisSentence.merged(lowest) + changes)
    }

    /// Judges all pairs of transports at all values, and both ends of each transport, together.
    private static func judged(_ quantity: SweepQuantity, _ sweep: Sweep) -> SweepQuantity {
        let sizes = sweep.facets.prefix(mostFacets).map(\.series.count)
        let tests = sizes.reduce(0) { $0 + sweep.axis.values.count * ($1 * ($1 - 1) / 2) + $1 }
        return quantity.judged(
            tests, sweep.facets.prefix(mostFacets).flatMap { $0.series.flatMap { $0.cases.map(\.result) } })
    }

    /// The transports that the question names, in its order.
    private static func named(in question: String, _ series: [Sweep.Series]) -> [Sweep.Series] {
        let places = series.compactMap { one in
            question.range(of: one.style.name.lowercased()).map { (place: $0.lowerBound, series: one) }
        }
        // Uses of one transport stay in their order.
        return places.enumerated().sorted { ($0.element.place, $0.offset) < ($1.element.place, $1.offset) }
            .map(\.element.series)
    }
}

/// A sentence about one block of a sweep; other blocks may have the same.
struct AxisSentence {
    /// ``place`` is replaced by the block.
    let text: String
    let facet: Sweep.Facet

    /// Where a text names its block; no field of a scenario contains it.
    static let place = "\u{0}"

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
            return text.replacing(Self.place, with: place)
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

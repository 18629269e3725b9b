import Measurement
import ResultFiles

/// A field of the scenario with several numbers, for the horizontal axis of plots.
struct SweepAxis: Equatable {
    let name: String
    /// For file names and markup: letters, digits and hyphens, unique among the axes of a run.
    let fileWord: String
    /// Fields that change together with it.
    let companions: [String]
    /// By number; at least two.
    let values: [AxisValue]

    /// `interval`, `load (with clients and rate)`.
    var title: String { companions.isEmpty ? name : "\(name) (with \(Figure.list(companions)))" }

    /// The axes of a run, in the order of the file. Of fields that always change together there is one: the last,
    /// which is a named axis if the scenario has one.
    static func all(in results: [CaseResult]) -> [SweepAxis] {
        let names = results.flatMap { $0.axes.map(\.name) }.distinct()
        let columns = names.map { name in results.map { $0.axis(name) } }
        var words: Set<String> = []
        return names.indices.compactMap { index in
            if names.indices.contains(where: { $0 > index && areTogether(columns[index], columns[$0]) }) { return nil }
            let values = Set(columns[index].compactMap { $0 })
            guard values.count > 1, values.allSatisfy({ $0.number != nil }), !Self.versions.contains(names[index])
            else {
                return nil
            }
            let word = fileWord(names[index], among: words)
            words.insert(word)
            let companions = names.indices.filter { $0 < index && areTogether(columns[$0], columns[index]) }
            return SweepAxis(
                name: names[index], fileWord: word, companions: companions.map { names[$0] },
                values: values.sorted { ($0.number ?? 0, $0.text) < ($1.number ?? 0, $1.text) })
        }
    }

    /// Fields whose numbers are names: 2 is not twice 1.1.
    private static let versions: Set<String> = ["http", "version"]

    private static func fileWord(_ name: String, among others: Set<String>) -> String {
        let letters = String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" })
        let word = letters.split(separator: "-").joined(separator: "-").lowercased()
        let numbered = [word] + (2...others.count + 2).map { "\(word)-\($0)" }
        return numbered.first { !others.contains($0) } ?? word
    }

    /// Whether each value of one field always comes with the same value of the other, in the same cases.
    private static func areTogether(_ left: [AxisValue?], _ right: [AxisValue?]) -> Bool {
        var pairs: [AxisValue: AxisValue] = [:]
        var reverse: [AxisValue: AxisValue] = [:]
        for (one, other) in zip(left, right) {
            switch (one, other) {
            case (nil, nil): continue
            case (let one?, let other?):
                if pairs[one, default: other] != other || reverse[other, default: one] != one { return false }
                (pairs[one], reverse[other]) = (other, one)
            default: return false
            }
        }
        return true
    }
}

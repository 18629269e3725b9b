import Expressions
import Measurement
import ResultFiles

extension ScenarioDecoder {
    /// The conditions of `thresholds`: one, or a list.
    mutating func thresholds(of cases: [Scenario.Case], in group: FieldGroup) -> [Predicate] {
        guard let entry = group.entries["thresholds"] else { return [] }
        var predicates: [Predicate] = []
        _ = readEach(entry) { decoder, text, location in
            do throws(ExpressionFault) {
                let predicate = try Predicate(text, columns: .results)
                if let sentence = cases.complaint(about: predicate) {
                    decoder.fail(location, "thresholds has \"\(text.prefix(200))\": \(sentence)")
                    return false
                }
                predicates.append(predicate)
                return true
            } catch {
                decoder.fail(location, "thresholds has \(error)")
                return false
            }
        }
        return predicates
    }
}

extension Scenario.Case {
    /// For expressions.
    fileprivate var name: NamedCase {
        NamedCase(id: id, transport: transport.name, variant: transport.variant, server: server)
    }
}

extension [Scenario.Case] {
    /// For expressions.
    package var names: [NamedCase] { map(\.name) }

    /// Why a condition cannot be judged by these cases, as a part of a sentence; `nil` if it can.
    package func complaint(about predicate: Predicate) -> String? {
        if predicate.references.isEmpty { return "it names no column of the results" }
        let names = names
        if let unknown = CaseBinding.unknown(in: predicate.references, among: names).first {
            let allowed = names.words
            let list = allowed.joined(separator: ", ")
            return "no case is named \(unknown.prefix(64)); allowed \(list) and the ids of cases"
                + Spelling.suggestion(for: unknown, among: allowed)
        }
        if CaseBinding.all(of: predicate.references, among: names).isEmpty {
            return complaint(aboutComparing: Set(predicate.references.compactMap(\.subject)).sorted())
        }
        return nil
    }

    /// About names of cases that no condition has together.
    private func complaint(aboutComparing subjects: [String]) -> String {
        let groups = subjects.map { subject in
            filter { $0.name.isNamed(subject) }.prefix(Self.mostCompared).map(\.conditionFacts)
        }
        let differences = groups.indices.flatMap { first in
            groups[(first + 1)...].compactMap { Self.leastDifference(groups[first], $0) }
        }
        guard let fields = differences.first(where: { !$0.isEmpty }) else {
            return "there is no other case to compare with \(subjects.joined(separator: " and "))"
        }
        return "it compares cases that differ not only in the transport, but also in "
            + "\(fields.joined(separator: ", ")); use their ids"
    }

    /// Cases per name, so that the search for the words of an error ends soon.
    private static var mostCompared: Int { 50 }

    /// The fields in which two cases differ, for the two that are most alike: these fields were meant to be the same.
    private static func leastDifference(_ some: [[CaseFact]], _ others: [[CaseFact]]) -> [String]? {
        let all = some.flatMap { one in
            others.map { other in
                (one.filter { !other.contains($0) } + other.filter { !one.contains($0) }).map(\.name).distinct()
            }
        }
        return all.min { $0.count < $1.count }
    }
}

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

extension [Scenario.Case] {
    /// For expressions.
    package var names: [NamedCase] {
        map { NamedCase(id: $0.id, transport: $0.transport.name, variant: $0.transport.variant) }
    }

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
            return "it compares cases that differ in feed, clients or network; use their ids"
        }
        return nil
    }
}

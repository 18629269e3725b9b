import Measurement
import ResultFiles
import Transports

/// The names of the conditions of a run: exactly the fields in which they differ.
struct ConditionTitle: Equatable {
    let text: String
    let phrase: String

    /// One title per condition, all different.
    static func all(of conditions: [(key: ConditionKey, rows: [SummaryRow])]) -> [ConditionTitle] {
        let settings = conditions.map { ConditionTitle(text: $0.key.setting, phrase: $0.key.phrase) }
        let facts = conditions.map { shared($0.rows) }
        let names = distinctive(facts)
        let own = zip(conditions, facts).map { condition, facts in
            facts.filter { names.contains($0.name) }.map { text($0, condition.key) }
        }
        let titles: [ConditionTitle]
        // Feeds of several sources differ in several fields, and their names say more.
        if conditions.count > 1, !names.contains("source"), isDistinct(own) {
            titles = own.map { ConditionTitle(text: $0.joined(separator: ", "), phrase: Figure.list($0)) }
        } else if isDistinct(settings.map { [$0.text] }) {
            titles = settings
        } else {
            // A transport with fields of its own lacks the axis of the others.
            titles = zip(settings, own).map { setting, own in
                ConditionTitle(
                    text: ([setting.text] + own).joined(separator: ", "),
                    phrase: setting.phrase + (own.isEmpty ? "" : " with \(Figure.list(own))"))
            }
        }
        return numbered(titles)
    }

    /// The swept fields that have one value in all rows, options of transports excluded. A field that some transports
    /// lack has the value of the others.
    private static func shared(_ rows: [SummaryRow]) -> [SweptField] {
        let facts = rows.flatMap(\.conditionFacts)
        return facts.distinct { $0.name }.filter { fact in
            facts.allSatisfy { $0.name != fact.name || $0.value == fact.value }
        }
    }

    /// The fields that differ between conditions. A named axis repeats the values of its first field.
    private static func distinctive(_ conditions: [[SweptField]]) -> Set<String> {
        let names = conditions.flatMap { $0.map(\.name) }.distinct()
        let columns = names.map { name in conditions.map { facts in facts.first { $0.name == name }?.value } }
        return Set(
            names.indices.filter { index in
                Set(columns[index]).count > 1 && !columns[..<index].contains(columns[index])
            }.map { names[$0] })
    }

    private static func text(_ fact: SweptField, _ key: ConditionKey) -> String {
        if fact.name == "network" { return key.network?.title ?? "no network" }
        return fact.text
    }

    private static func isDistinct(_ titles: [[String]]) -> Bool {
        titles.allSatisfy { !$0.isEmpty } && Set(titles).count == titles.count
    }

    /// The second condition with the same title gets a number.
    private static func numbered(_ titles: [ConditionTitle]) -> [ConditionTitle] {
        var seen: [String: Int] = [:]
        return titles.map { title in
            seen[title.text, default: 0] += 1
            let number = seen[title.text] ?? 1
            if number == 1 { return title }
            return ConditionTitle(text: "\(title.text) (\(number))", phrase: "\(title.phrase) (\(number))")
        }
    }
}

extension SummaryRow {
    /// The swept fields of the row that are neither its server nor options of its transport.
    var conditionFacts: [SweptField] {
        let options = TransportRegistry.standard.known.first { $0.name == transport }?.options.map(\.name) ?? []
        return sweptFields.filter { !options.contains($0.name) && $0.name != SweptField.server }
    }
}

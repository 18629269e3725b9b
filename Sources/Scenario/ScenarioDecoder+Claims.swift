import Expressions
import Measurement
import ResultFiles

extension ScenarioDecoder {
    private static let claimFields = ScenarioField.names(under: "claims[].")

    /// The published claims of `claims`.
    mutating func claims(about cases: [Scenario.Case], in group: FieldGroup) -> [PublishedClaim] {
        guard group.entries["claims"] != nil, let entries = list("claims", in: group) else { return [] }
        var claims: [PublishedClaim] = []
        for (index, node) in entries.enumerated() {
            guard let claim = claim(node, number: index, about: cases.names) else { continue }
            if claims.contains(where: { $0.id == claim.id }) {
                fail(node.location, "claims[\(index)].id is \(claim.id), as an earlier one; give each claim its own id")
            }
            claims.append(claim)
        }
        return claims
    }

    private mutating func claim(_ node: SourceNode, number: Int, about cases: [NamedCase]) -> PublishedClaim? {
        let name = "claims[\(number)]"
        guard let fields = open(node, as: name, allowed: Self.claimFields, example: "id: frame-bytes") else {
            return nil
        }
        let id = label("id", in: fields)
        for required in ["id", "source", "statement", "quantity", "published"] { require(required, in: fields) }
        let source = sentence("source", in: fields)
        let statement = sentence("statement", in: fields)
        let quantity = quantity(in: fields, among: cases)
        guard let id, let source, let statement, let (expression, binding) = quantity,
            let range = publishedRange(of: expression, in: fields), let tolerance = tolerance(in: fields),
            let origin = word("origin", default: PublishedClaim.Origin.published, in: fields)
        else { return nil }
        return PublishedClaim(
            id: id, source: source, statement: statement, words: sentence("words", in: fields) ?? expression.text,
            quantity: expression, binding: binding, unit: range.unit, low: range.low, high: range.high,
            tolerance: tolerance, origin: origin, note: sentence("note", in: fields),
            notComparable: sentence("not-comparable", in: fields))
    }

    /// A text of a claim; `nil` if it is absent or not valid.
    private mutating func sentence(_ name: String, in fields: FieldGroup) -> String? {
        guard let entry = fields.entries[name], let text = scalar(entry) else { return nil }
        guard (1...1000).contains(text.count) else {
            fail(entry.value.location, "\(name) has \(text.count) characters; allowed 1 to 1000")
            return nil
        }
        return text
    }

    // MARK: The quantity

    private mutating func quantity(
        in fields: FieldGroup, among cases: [NamedCase]
    ) -> (Expression, CaseBinding)? {
        guard let entry = fields.entries["quantity"], let text = scalar(entry) else { return nil }
        let place = entry.value.location
        let expression: Expression
        do throws(ExpressionFault) {
            expression = try Expression(text, columns: .results)
        } catch {
            fail(place, "quantity has \(error)")
            return nil
        }
        if let bare = expression.references.filter({ $0.subject == nil }).map(\.column).min() {
            fail(place, "quantity has \(bare) without a case; write websocket.\(bare), or another case")
            return nil
        }
        if expression.references.isEmpty {
            fail(
                place,
                "quantity is \(text.prefix(64)), which names no case; write CASE.COLUMN, such as websocket.requests")
            return nil
        }
        let aliases = aliases(in: fields)
        var subjects: [String: NamedCase] = [:]
        for subject in Set(expression.references.compactMap(\.subject)).sorted() {
            guard let named = namedCase(subject, aliases[subject], place, among: cases) else { return nil }
            subjects[subject] = named
        }
        return (expression, CaseBinding(subjects: subjects))
    }

    /// The names that a claim gives to cases.
    private mutating func aliases(in fields: FieldGroup) -> [String: (name: String, place: ScenarioError.Location)] {
        guard let entry = fields.entries["cases"] else { return [:] }
        guard case .mapping(let entries) = entry.value.content else {
            fail(entry.value.location, "cases \(entry.value.statement); write a group such as {poll: CASE}")
            return [:]
        }
        var aliases: [String: (name: String, place: ScenarioError.Location)] = [:]
        for alias in entries { aliases[alias.key] = scalar(alias).map { ($0, alias.value.location) } }
        return aliases
    }

    /// The only case of a name.
    private mutating func namedCase(
        _ subject: String, _ alias: (name: String, place: ScenarioError.Location)?, _ place: ScenarioError.Location,
        among cases: [NamedCase]
    ) -> NamedCase? {
        let name = alias?.name ?? subject
        let exact = cases.filter { $0.id == name }
        let named = exact.isEmpty ? cases.filter { $0.isNamed(name) } : exact
        if named.count == 1 {
            // A name of other cases would make the quantity read as theirs.
            let others = alias == nil || named[0].isNamed(subject) ? [] : cases.filter { $0.isNamed(subject) }
            guard let other = others.first else { return named[0] }
            fail(
                alias?.place ?? place,
                "cases gives \(name.prefix(200)) the name \(subject.prefix(64)), which is that of \(other.id); write "
                    + "another name")
            return nil
        }
        let place = alias?.place ?? place
        if named.isEmpty {
            let known = cases.words
            fail(
                place,
                "no case is named \(name.prefix(200)); allowed \(known.joined(separator: ", ")) and the ids of cases"
                    + Spelling.suggestion(for: name, among: known))
        } else {
            fail(
                place,
                "\(name.prefix(64)) names \(named.count) cases, such as \(named[0].id); name one in cases: "
                    + "{\(subject.prefix(64)): ID}")
        }
        return nil
    }

    // MARK: The published range

    private struct Range {
        var low: Double?
        var high: Double?
        var unit: String?
    }

    /// The range in the unit that its numbers have.
    private mutating func publishedRange(of quantity: Expression, in fields: FieldGroup) -> Range? {
        guard let entry = fields.entries["published"] else { return nil }
        let place = entry.value.location
        guard let texts = bounds(entry) else { return nil }
        var range = Range()
        for text in [texts.low, texts.high].compactMap({ $0 }) where range.unit == nil {
            range.unit = Self.unit(of: text)
        }
        guard let low = number(texts.low, quantity, range.unit, place),
            let high = number(texts.high, quantity, range.unit, place)
        else { return nil }
        (range.low, range.high) = (low, high)
        if let low = range.low, let high = range.high, low > high {
            fail(
                place,
                "published is an empty range: \(texts.low ?? "") is above \(texts.high ?? ""); write the lower bound "
                    + "first"
            )
            return nil
        }
        return range
    }

    private mutating func tolerance(in fields: FieldGroup) -> Double? {
        guard let entry = fields.entries["tolerance"] else { return 0 }
        guard let text = scalar(entry) else { return nil }
        do {
            return try Percentage(quantity: text, in: Percentage(percent: 0)...Percentage(percent: 100)).fraction
        } catch {
            fail(entry.value.location, error.sentence(about: "tolerance"))
            return nil
        }
    }

    /// The texts of one number, of a list with two, or of `at-least` and `at-most`.
    private mutating func bounds(_ entry: SourceNode.Entry) -> (low: String?, high: String?)? {
        switch entry.value.content {
        case .scalar: return scalar(entry).map { ($0, $0) }
        case .list(let items):
            let texts = items.compactMap(\.shortText)
            if items.count == 2, texts.count == 2 { return (texts[0], texts[1]) }
            fail(entry.value.location, "published is a list of \(items.count) values; write [LOW, HIGH]")
        case .mapping:
            guard let group = open(entry.value, as: "published", allowed: ["at-least", "at-most"]) else { return nil }
            let (low, high) = (group.entries["at-least"], group.entries["at-most"])
            let texts = (low.flatMap { scalar($0) }, high.flatMap { scalar($0) })
            if texts.0 != nil || texts.1 != nil { return texts }
            fail(entry.value.location, "published is an empty range; write at-least, at-most or both")
        }
        return nil
    }

    /// - Returns: `nil` if the text is no such number; otherwise the number, which is `nil` without a text.
    private mutating func number(
        _ text: String?, _ quantity: Expression, _ unit: String?, _ place: ScenarioError.Location
    ) -> Double?? {
        guard let text else { return .some(nil) }
        do throws(ExpressionFault) {
            let number = try Expression(text, columns: ColumnCatalog([:]))
            guard number.dimension == quantity.dimension, let value = number.constant else {
                fail(place, "published has \(text.prefix(64)), but the quantity is \(quantity.dimension.noun)")
                return nil
            }
            return .some(value / (unit.flatMap { Unit($0) } ?? .none).factor)
        } catch {
            fail(place, "published has \(error)")
            return nil
        }
    }

    /// The unit of a number: `B` of `871B`; `nil` without one.
    private static func unit(of text: String) -> String? {
        let unit = text.drop { $0.isNumber || ".-+ ".contains($0) }
        return unit.isEmpty || Unit(String(unit)) == nil ? nil : String(unit)
    }
}

import Measurement

/// The fields of one group, by name.
struct FieldGroup {
    /// For messages: `the scenario`, `feeds[0]`.
    let name: String
    let location: ScenarioError.Location
    let entries: [String: SourceNode.Entry]
}

/// Reads checked values from the nodes of a text, and notes every mistake.
protocol NodeDecoder {
    /// Notes a mistake.
    mutating func fail(_ location: ScenarioError.Location, _ message: String)
}

extension NodeDecoder {
    /// Reads a node as a group of fields and reports unknown fields.
    mutating func open(
        _ node: SourceNode, as name: String, allowed: [String], example: String? = nil
    ) -> FieldGroup? {
        guard let group = open(node, as: name, example: example) else { return nil }
        checkNames(node, in: name, allowed: allowed)
        return group
    }

    mutating func open(_ node: SourceNode, as name: String, example: String? = nil) -> FieldGroup? {
        guard case .mapping(let entries) = node.content else {
            let seen = example == nil ? node.statement : node.shownStatement
            let suffix = example.map { ", such as \($0)" } ?? ""
            fail(node.location, "\(name) \(seen); write a group of fields\(suffix)")
            return nil
        }
        let fields = Dictionary(entries.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        return FieldGroup(name: name, location: node.location, entries: fields)
    }

    /// Reports unknown fields. `reason` says why a field that exists elsewhere is not allowed here.
    mutating func checkNames(
        _ node: SourceNode, in name: String, allowed: [String], reason: (String) -> String? = { _ in nil }
    ) {
        guard case .mapping(let entries) = node.content else { return }
        for entry in entries where !allowed.contains(entry.key) {
            let elsewhere = reason(entry.key)
            let suggestion = elsewhere == nil ? Spelling.suggestion(for: entry.key, among: allowed) : ""
            let fault = elsewhere ?? "\(name) has no field \(entry.key.prefix(64))"
            fail(entry.keyLocation, "\(fault); allowed \(allowed.joined(separator: ", "))\(suggestion)")
        }
    }

    /// Reports a required field that is missing.
    mutating func require(_ name: String, in group: FieldGroup) {
        if group.entries[name] != nil { return }
        // A misspelt name was reported already, with this one as the suggestion.
        if group.entries.keys.contains(where: { Spelling.nearest(to: $0, among: [name]) != nil }) { return }
        fail(group.location, "\(group.name) lacks the required field \(name)")
    }

    /// The text of a field that holds one value.
    mutating func scalar(_ entry: SourceNode.Entry) -> String? {
        guard case .scalar(let text, _) = entry.value.content, !entry.value.isNull else {
            fail(entry.value.location, "\(entry.key) \(entry.value.statement); write a single value")
            return nil
        }
        return text
    }

    /// The entries of a required field that holds a list.
    mutating func list(_ name: String, in group: FieldGroup) -> [SourceNode]? {
        require(name, in: group)
        guard let entry = group.entries[name] else { return nil }
        guard case .list(let items) = entry.value.content else {
            fail(entry.value.location, "\(name) \(entry.value.statement); write a list")
            return nil
        }
        if items.isEmpty {
            fail(entry.value.location, "\(name) is empty; allowed 1 entry or more")
            return nil
        }
        return items
    }

    /// A text that is safe in file names; `nil` if it is absent or not valid.
    mutating func label(_ name: String, in group: FieldGroup) -> String? {
        guard let entry = group.entries[name], let text = scalar(entry) else { return nil }
        guard Label.isValid(text) else {
            let seen = text.isEmpty ? "empty" : "\"\(text.prefix(64))\""
            fail(entry.value.location, "\(name) is \(seen); allowed \(Label.rangeText)")
            return nil
        }
        return text
    }

    /// One of a few words, or the default if the field is absent; `nil` if it is not valid.
    mutating func word<Word: RawRepresentable & CaseIterable>(
        _ name: String, default defaultWord: Word, in group: FieldGroup
    ) -> Word? where Word.RawValue == String {
        guard let entry = group.entries[name] else { return defaultWord }
        guard let text = scalar(entry) else { return nil }
        if let word = Word(rawValue: text) { return word }
        let words = Word.allCases.map(\.rawValue)
        let allowed = words.joined(separator: ", ") + Spelling.suggestion(for: text, among: words)
        fail(entry.value.location, "\(name) is \"\(text.prefix(64))\"; allowed \(allowed)")
        return nil
    }

    /// A field's quantity, or its default if the field is absent.
    mutating func value<Value>(_ field: BoundedField<Value>, in group: FieldGroup) -> Value? {
        guard let entry = group.entries[field.name] else { return field.defaultValue }
        guard let text = scalar(entry) else { return nil }
        return quantity(text, of: field, at: entry.value.location)
    }

    /// A field's quantities: one, or several different ones for a sweep.
    mutating func values<Value>(_ field: BoundedField<Value>, in group: FieldGroup) -> [Value]? {
        guard let entry = group.entries[field.name] else { return field.defaultValue.map { [$0] } }
        var values: [Value] = []
        let areRead = readEach(entry) { decoder, text, location in
            guard let value = decoder.quantity(text, of: field, at: location) else { return false }
            if values.contains(value) {
                decoder.fail(location, "\(field.name) has \(value.spokenText) twice in its list")
            }
            values.append(value)
            return true
        }
        return areRead ? values : nil
    }

    /// Reads the one value of a field, or each value of its list.
    ///
    /// - Parameters:
    ///   - entry: The field.
    ///   - read: Returns whether the text is a value.
    /// - Returns: Whether all values were read.
    mutating func readEach(
        _ entry: SourceNode.Entry, _ read: (inout Self, String, ScenarioError.Location) -> Bool
    ) -> Bool {
        guard case .list(let items) = entry.value.content else {
            return scalar(entry).map { read(&self, $0, entry.value.location) } ?? false
        }
        if items.isEmpty {
            fail(entry.value.location, "\(entry.key) is an empty list; write one value or a list of them")
            return false
        }
        var areRead = true
        for item in items {
            let part = SourceNode.Entry(key: entry.key, keyLocation: item.location, value: item)
            let isRead = scalar(part).map { read(&self, $0, item.location) } ?? false
            areRead = areRead && isRead
        }
        return areRead
    }

    /// Reads a quantity and checks its bounds.
    mutating func quantity<Value>(
        _ text: String, of field: BoundedField<Value>, at location: ScenarioError.Location
    ) -> Value? {
        do {
            return try Value(quantity: text, in: field.range)
        } catch {
            let parts = text.split(separator: ",").compactMap { try? Value(quantity: String($0).filter { $0 != " " }) }
            if field.canSweep, parts.count > 1, parts.count == text.count(where: { $0 == "," }) + 1 {
                let list = parts.map(\.quantityText).joined(separator: ",")
                fail(
                    location,
                    "\(field.name) is \"\(text.prefix(64))\"; allowed \(field.rangeText), or a list: [\(list)]")
            } else {
                fail(location, error.sentence(about: field.name))
            }
        }
        return nil
    }
}

import Measurement
import Transports

extension SourceNode {
    /// One node per combination of the listed values of some fields, the last field fastest.
    ///
    /// - Parameter fields: Fields that take one value or a list of them.
    /// - Returns: The node itself if no field has a list.
    func expanded(_ fields: [String]) -> [SourceNode] {
        guard case .mapping(let entries) = content else { return [self] }
        var expanded: [[Entry]] = [[]]
        for entry in entries {
            guard fields.contains(entry.key), case .list(let items) = entry.value.content, !items.isEmpty else {
                expanded = expanded.map { $0 + [entry] }
                continue
            }
            let choices = items.map { Entry(key: entry.key, keyLocation: entry.keyLocation, value: $0) }
            expanded = expanded.flatMap { start in choices.map { start + [$0] } }
        }
        return expanded.map { SourceNode(content: .mapping($0), location: location) }
    }

    /// Number of nodes that ``expanded(_:)`` makes.
    func expansions(_ fields: [String]) -> Int {
        guard case .mapping(let entries) = content else { return 1 }
        return entries.reduce(1) { count, entry in
            guard fields.contains(entry.key), case .list(let items) = entry.value.content else { return count }
            return saturatingProduct(count, max(1, items.count))
        }
    }

    /// The node with entries replaced or added by those of another.
    func replacing(_ changes: [Entry]) -> SourceNode {
        guard case .mapping(var entries) = content else { return self }
        for change in changes {
            if let index = entries.firstIndex(where: { $0.key == change.key }) {
                entries[index] = change
            } else {
                entries.append(change)
            }
        }
        return SourceNode(content: .mapping(entries), location: location)
    }
}

extension ScenarioDecoder {
    /// The fields of cases that an entry of `transports` may have for itself, in its group `with`.
    static let ownFields =
        ["feeds", "send", "clients", "network", "servers", "scale-out", "warmup", "duration"] + StrainFields.names

    /// The case fields of a use with `with`.
    mutating func fields(changedBy changes: SourceNode, in root: SourceNode) -> CaseFields? {
        guard open(changes, as: "with", allowed: Self.ownFields, example: "{clients: 10}") != nil,
            case .mapping(let entries) = changes.content,
            let group = open(root.replacing(entries), as: "the scenario")
        else { return nil }
        return caseFields(in: group)
    }

    /// A variant of the scenario: one value of each named axis.
    struct AxisPoint {
        var root: SourceNode
        /// The axes with the value of their first field.
        var facts: [CaseFact] = []
        /// The axes that set fields, by the text of their paths.
        var setBy: [String: String] = [:]
    }

    /// The grid of all named axes; the scenario itself without any.
    mutating func axisPoints(_ root: SourceNode, in group: FieldGroup) -> [AxisPoint]? {
        var points = [AxisPoint(root: root)]
        guard let entry = group.entries["axes"] else { return points }
        guard case .mapping(let axes) = entry.value.content, !axes.isEmpty else {
            fail(entry.value.location, "axes \(entry.value.statement); write {load: {clients: [10, 100]}}")
            return nil
        }
        for axis in axes {
            guard let steps = axisSteps(axis) else { return nil }
            if checkSize(saturatingProduct(points.count, steps.count), at: axis.keyLocation) { return nil }
            var next: [AxisPoint] = []
            for point in points {
                for step in steps {
                    guard let changed = self.point(point, movedBy: step) else { return nil }
                    next.append(changed)
                }
            }
            points = next
        }
        return points
    }

    /// One value of an axis: what it changes.
    private struct AxisStep {
        let fact: CaseFact
        let changes: [(path: String, value: SourceNode)]
    }

    /// The fields of an axis walk together: the first value of each, then the second of each.
    private mutating func axisSteps(_ axis: SourceNode.Entry) -> [AxisStep]? {
        guard Label.isValid(axis.key) else {
            fail(axis.keyLocation, "an axis is named \"\(axis.key.prefix(64))\"; allowed \(Label.rangeText)")
            return nil
        }
        guard case .mapping(let fields) = axis.value.content, let first = fields.first else {
            let advice = "write fields with lists, such as {clients: [10, 100]}"
            fail(axis.value.location, "axes.\(axis.key) \(axis.value.statement); \(advice)")
            return nil
        }
        var lists: [(path: String, values: [SourceNode])] = []
        for field in fields {
            guard case .list(let values) = field.value.content, !values.isEmpty else {
                fail(field.value.location, "\(field.key) \(field.value.statement); write a list, one value per step")
                return nil
            }
            lists.append((field.key, values))
        }
        let count = lists[0].values.count
        if let other = zip(fields, lists).first(where: { $1.values.count != count }) {
            fail(
                other.0.value.location,
                "\(other.0.key) has \(other.1.values.count) values and \(first.key) has \(count); fields of one axis "
                    + "change together, so they need the same number")
            return nil
        }
        return (0..<count).map { step in
            AxisStep(
                fact: CaseFact(axis.key, lists[0].values[step].shortText ?? "\(step + 1)"),
                changes: lists.map { ($0.path, $0.values[step]) })
        }
    }

    private mutating func point(_ point: AxisPoint, movedBy step: AxisStep) -> AxisPoint? {
        var moved = point
        for (path, value) in step.changes {
            guard let paths = self.paths(path, in: point.root, at: value.location) else { return nil }
            for steps in paths where !claim(steps, for: step.fact.name, in: &moved, at: value.location) { return nil }
            do {
                for path in paths { try ScenarioOverride(path, value).apply(to: &moved.root) }
            } catch {
                fail(error.location, error.message)
                return nil
            }
        }
        moved.facts.append(step.fact)
        return moved
    }

    /// Notes that an axis sets a field, which then has no other list: one of them would be dropped.
    private mutating func claim(
        _ steps: [ScenarioOverride.Step], for axis: String, in point: inout AxisPoint,
        at location: ScenarioError.Location
    ) -> Bool {
        if axis == ScenarioText.raisedAxis { return true }
        let path = ScenarioOverride.text(of: steps)
        if let other = point.setBy[path] {
            if other == axis { return true }
            fail(location, "the axes \(other) and \(axis) both set \(path); give its values in one of them")
            return false
        }
        if let node = point.root.node(at: steps), case .list(let values) = node.content, values.count > 1 {
            fail(location, "the axis \(axis) sets \(path), which has a list already; give its values in one place")
            return false
        }
        point.setBy[path] = axis
        return true
    }

    /// The paths that a field of an axis means: `feeds[].rate` is every feed's, `websocket.deflate` that of every
    /// entry with `use: websocket`.
    private mutating func paths(
        _ path: String, in root: SourceNode, at location: ScenarioError.Location
    ) -> [[ScenarioOverride.Step]]? {
        let parts = path.split(separator: ".", maxSplits: 1).map(String.init)
        if parts.count == 2, parts[0].hasSuffix("[]") {
            let list = String(parts[0].dropLast(2))
            let count = root.items(of: list).count
            if ["feeds", "transports", "network"].contains(list), count > 0 {
                return (0..<count).compactMap { ScenarioOverride.steps(of: "\(list)[\($0)].\(parts[1])") }
            }
        }
        let uses = root.items(of: "transports").enumerated().filter { $1.names(use: parts[0]) }
        if parts.count == 2, !uses.isEmpty {
            return uses.compactMap { ScenarioOverride.steps(of: "transports[\($0.offset)].\(parts[1])") }
        }
        let fields = Self.ownFields
        if let steps = ScenarioOverride.steps(of: path), case .field(let first)? = steps.first,
            (fields + ["transports"]).contains(first)
        {
            return [steps]
        }
        fail(
            location,
            "an axis has no field \(path.prefix(64)); allowed \(fields.joined(separator: ", ")), feeds[].FIELD, "
                + "transports[0].OPTION and TRANSPORT.OPTION")
        return nil
    }
}

extension SourceNode {
    /// The node at a path; `nil` without one.
    fileprivate func node(at steps: [ScenarioOverride.Step]) -> SourceNode? {
        steps.reduce(self) { (node: SourceNode?, step) in
            switch (node?.content, step) {
            case (.mapping(let entries), .field(let name)): entries.first { $0.key == name }?.value
            case (.list(let items), .index(let index)): items.indices.contains(index) ? items[index] : nil
            default: nil
            }
        }
    }

    /// The entries of a list in this group; empty without one.
    fileprivate func items(of field: String) -> [SourceNode] {
        guard case .mapping(let entries) = content, let entry = entries.first(where: { $0.key == field }),
            case .list(let items) = entry.value.content
        else { return [] }
        return items
    }

    /// Whether an entry of `transports` uses this transport, or has this label.
    fileprivate func names(use name: String) -> Bool {
        guard case .mapping(let entries) = content else { return false }
        return entries.contains { ["use", "label"].contains($0.key) && $0.value.shortText == name }
    }
}

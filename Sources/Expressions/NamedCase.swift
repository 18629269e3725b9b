import Measurement

/// A case of a run, by the names that expressions can use for it.
package struct NamedCase: Sendable, Hashable {
    /// `synthetic-10-per-s-128B_100-clients_websocket`; unique in a run.
    package let id: String
    /// As the registry of transports names it.
    package let transport: String
    /// The label or the options; empty if the transport is used once.
    package let variant: String

    /// Takes the columns `case_id`, `transport` and `variant` of a result, or the same of a scenario's case.
    package init(id: String, transport: String, variant: String) {
        self.id = id
        self.transport = transport
        self.variant = variant
    }

    /// The transport with its variant, as ids end.
    private var use: String { variant.isEmpty ? transport : "\(transport)_\(variant)" }

    /// Whether ``id`` ends with the transport, as the ids of scenarios do.
    package var endsWithUse: Bool { id.hasSuffix(use) }

    /// The part of ``id`` before the transport: cases with the same one can be compared.
    package var condition: String { id.hasSuffix(use) ? String(id.dropLast(use.count)) : id }

    /// Whether a name in an expression or on a command line means this case.
    package func isNamed(_ subject: String) -> Bool { [id, transport, variant, use].contains(subject) }
}

/// Which case each subject of an expression names.
package struct CaseBinding: Sendable, Hashable {
    /// The case of columns without a subject; `nil` if the expression has none.
    let judged: NamedCase?
    /// By the subject as written: a transport, a label, an id or an alias.
    let subjects: [String: NamedCase]

    init(judged: NamedCase?, subjects: [String: NamedCase]) {
        self.judged = judged
        self.subjects = subjects
    }

    /// For an expression whose columns all have subjects.
    package init(subjects: [String: NamedCase]) {
        self.init(judged: nil, subjects: subjects)
    }

    /// In alphabetical order of their subjects, the judged one first.
    package var cases: [NamedCase] {
        (judged.map { [$0] } ?? []) + subjects.sorted { $0.key < $1.key }.map(\.value)
    }

    /// The case whose column is meant; `nil` for a subject that is not bound, or a column without one if no case is
    /// judged.
    package func named(_ reference: ColumnReference) -> NamedCase? {
        reference.subject.map { subjects[$0] } ?? judged
    }

    /// Every way to bind the references of an expression to comparable cases.
    ///
    /// Columns without a subject are those of each case; a subject names each case with this id, transport or label.
    /// All cases of a binding differ only in the transport and its options. An id is bound without this condition.
    ///
    /// - Returns: In the order of the cases; empty if a subject names no case.
    package static func all(of references: Set<ColumnReference>, among cases: [NamedCase]) -> [CaseBinding] {
        let subjects = Set(references.compactMap(\.subject)).sorted()
        let isJudging = references.contains { $0.subject == nil }
        let byCondition = Dictionary(grouping: cases, by: \.condition)
        return cases.map(\.condition).distinct().flatMap { condition -> [CaseBinding] in
            let members = byCondition[condition] ?? []
            var bindings = [CaseBinding(judged: nil, subjects: [:])]
            if isJudging { bindings = members.map { CaseBinding(judged: $0, subjects: [:]) } }
            for subject in subjects {
                let exact = cases.filter { $0.id == subject }
                let named = exact.isEmpty ? members.filter { $0.isNamed(subject) } : exact
                bindings = bindings.flatMap { binding in
                    named.filter { $0 != binding.judged }.map { one in
                        CaseBinding(
                            judged: binding.judged, subjects: binding.subjects.merging([subject: one]) { $1 })
                    }
                }
            }
            return bindings
        }.distinct()
    }

    /// The subjects that name no case at all.
    package static func unknown(in references: Set<ColumnReference>, among cases: [NamedCase]) -> [String] {
        Set(references.compactMap(\.subject)).filter { subject in !cases.contains { $0.isNamed(subject) } }.sorted()
    }
}

extension [NamedCase] {
    /// The words that name cases in expressions, except their ids: transports, labels and options.
    package var words: [String] { flatMap { [$0.transport, $0.variant] }.filter { !$0.isEmpty }.distinct() }
}

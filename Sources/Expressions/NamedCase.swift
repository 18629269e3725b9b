import Measurement

/// A case of a run, by the names that expressions can use for it.
package struct NamedCase: Sendable, Hashable {
    /// `synthetic-10-per-s-128B_100-clients_websocket`; unique in a run.
    package let id: String
    /// As the registry of transports names it.
    package let transport: String
    /// The label or the options; empty if the transport is used once.
    package let variant: String
    /// The server's name; empty unless the id has it, as in runs with several servers or a third-party one.
    package let server: String

    /// Takes the columns `case_id`, `transport`, `variant` and `server` of a result, or the same of a scenario's case.
    package init(id: String, transport: String, variant: String, server: String = "") {
        self.id = id
        self.transport = transport
        self.variant = variant
        let use = variant.isEmpty ? transport : "\(transport)_\(variant)"
        let end = "_\(server)_\(use)"
        // A search for the capacity may add the load.
        let isInID = id.hasSuffix(end) || id.contains(end + "_")
        self.server = isInID ? server : ""
    }

    /// The transport with its variant.
    fileprivate var use: String { variant.isEmpty ? transport : "\(transport)_\(variant)" }

    /// The server, if the id has it, and the transport with its variant: as ids end.
    private var end: String { server.isEmpty ? use : "\(server)_\(use)" }

    /// Whether ``id`` ends with the transport, as the ids of scenarios do.
    package var endsWithUse: Bool { id.hasSuffix(use) }

    /// The part of ``id`` before the server and the transport: cases with the same one can be compared.
    package var condition: String { id.hasSuffix(end) ? String(id.dropLast(end.count)) : id }

    /// Whether a name in an expression or on a command line means this case.
    package func isNamed(_ subject: String) -> Bool {
        [id, transport, variant, use].contains(subject) || !server.isEmpty && subject == server
            || isNamedFully(subject)
    }

    /// Whether a name has the server and the transport, or is the id.
    package func isNamedFully(_ subject: String) -> Bool {
        subject == id || !server.isEmpty && [end, "\(server)_\(transport)"].contains(subject)
    }

    /// Whether the server or the transport with its variant is the same, so that a difference has one reason.
    package func differsInOneWay(from other: NamedCase) -> Bool { server == other.server || use == other.use }
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
    /// All cases of a binding differ only in the transport and its options, or only in the server. An id, or a name
    /// with the server and the transport, is bound without this condition.
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
            return bindings.filter(\.isOfOneKind)
        }.distinct()
    }

    /// Whether its cases have one server, or one transport with the same options.
    private var isOfOneKind: Bool {
        let free = (judged.map { [$0] } ?? []) + subjects.filter { !$1.isNamedFully($0) }.map(\.value)
        guard let first = free.first else { return true }
        return free.allSatisfy { $0.server == first.server } || free.allSatisfy { $0.use == first.use }
    }

    /// The subjects that name no case at all.
    package static func unknown(in references: Set<ColumnReference>, among cases: [NamedCase]) -> [String] {
        Set(references.compactMap(\.subject)).filter { subject in !cases.contains { $0.isNamed(subject) } }.sorted()
    }
}

extension [NamedCase] {
    /// The words that name cases in expressions, except their ids: transports, labels, options and servers.
    package var words: [String] { flatMap { [$0.transport, $0.variant, $0.server] }.filter { !$0.isEmpty }.distinct() }
}

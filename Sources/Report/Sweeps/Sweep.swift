import ResultFiles

/// The cases of a run along one axis: facets with equal other fields, and in each facet a series per transport.
struct Sweep: Equatable {
    struct Series: Equatable {
        /// `short-poll`, `short-poll latest=true`, `nchan short-poll`.
        let name: String
        /// For sentences: `short polling (latest=true)`, `short polling on nchan`.
        let phrase: String
        let style: TransportStyle
        /// Empty unless ids of cases have it.
        let server: String
        /// Its number among the series of its transport.
        let use: Int
        /// By the axis; one case without a place for a transport that does not have the field.
        let cases: [Place]
        private let byValue: [AxisValue: CaseResult]

        init(name: String, phrase: String, style: TransportStyle, server: String = "", use: Int, cases: [Place]) {
            (self.name, self.phrase, self.style, self.server) = (name, phrase, style, server)
            (self.use, self.cases) = (use, cases)
            let placed = cases.compactMap { place in place.value.map { ($0, place.result) } }
            byValue = Dictionary(placed) { first, _ in first }
        }

        var isFlat: Bool { cases.count == 1 && cases[0].value == nil }

        func result(at value: AxisValue) -> CaseResult? { isFlat ? cases.first?.result : byValue[value] }
    }

    /// A case at a value of the axis.
    struct Place: Equatable {
        let value: AxisValue?
        let result: CaseResult
    }

    struct Facet: Equatable {
        /// `clients=10`; empty if nothing else changes.
        let title: String
        let series: [Series]
    }

    let axis: SweepAxis
    let facets: [Facet]

    static func all(in results: [CaseResult]) -> [Sweep] {
        SweepAxis.all(in: results).map { Sweep($0, results) }
    }

    private init(_ axis: SweepAxis, _ results: [CaseResult]) {
        self.axis = axis
        // Servers are compared with each other, as transports are.
        let shared = Self.shared(by: results).subtracting([SweptField.server])
        let numbers = CaseNumbers(results)
        let own = [axis.name] + axis.companions
        let groups = Self.grouped(results) { result in
            let fields = result.axes.filter { shared.contains($0.name) && !own.contains($0.name) }
            return fields.map(\.text).joined(separator: ", ")
        }
        facets = groups.map { title, results in
            // A field with one value here says nothing.
            Facet(
                title: groups.count > 1 ? title : "",
                series: Self.series(
                    results, except: shared.union(own + [SweptField.server]), along: axis.name, numbers))
        }.filter { facet in facet.series.contains { Set($0.cases.compactMap(\.value)).count > 1 } }
    }

    /// The fields that all cases have. Others are options of a transport.
    private static func shared(by results: [CaseResult]) -> Set<String> {
        guard let first = results.first else { return [] }
        return results.reduce(into: Set(first.axes.map(\.name))) { $0.formIntersection($1.axes.map(\.name)) }
    }

    private static func series(
        _ results: [CaseResult], except fields: Set<String>, along axis: String, _ numbers: CaseNumbers
    ) -> [Series] {
        let options = { (result: CaseResult) in
            result.axes.filter { !fields.contains($0.name) }.map(\.text)
        }
        let groups = grouped(results) { result in
            ([result.server, result.transport].filter { !$0.isEmpty } + options(result)).joined(separator: " ")
        }
        var numbers = numbers
        return groups.map { name, results in
            let first = results[0]
            let cases = results.map { Place(value: $0.axis(axis), result: $0) }
                .sorted { ($0.value?.number ?? 0, $0.result.caseID) < ($1.value?.number ?? 0, $1.result.caseID) }
            let words = options(first).joined(separator: ", ")
            let phrase = first.style.name + first.onServer + (words.isEmpty ? "" : " (\(words))")
            return Series(
                name: name, phrase: phrase, style: numbers.style(of: first), server: first.server,
                use: numbers.next(first), cases: cases)
        }
    }

    /// Groups in the order of their first cases; none is empty.
    private static func grouped(
        _ results: [CaseResult], by name: (CaseResult) -> String
    ) -> [(name: String, results: [CaseResult])] {
        var groups: [(name: String, results: [CaseResult])] = []
        var places: [String: Int] = [:]
        for result in results {
            let name = name(result)
            if let place = places[name] {
                groups[place].results.append(result)
            } else {
                places[name] = groups.count
                groups.append((name, [result]))
            }
        }
        return groups
    }
}

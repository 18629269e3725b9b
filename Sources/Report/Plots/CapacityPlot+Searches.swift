import ResultFiles

extension CapacityPlot {
    /// One search with its measurements.
    struct Search {
        /// Never empty; the last one has the answer.
        let steps: [CapacityRow]
        let last: CapacityRow
        let style: TransportStyle
        /// Its number among the searches of its transport.
        let use: Int
        /// The server's name; empty unless ids of cases have it.
        let server: String

        var name: String { [server, last.transport, last.variant].filter { !$0.isEmpty }.joined(separator: " ") }
    }

    /// The searches of a folder in their order.
    static func searches(_ folder: ReportFolder) -> [Search] {
        let cases = folder.conditions.flatMap(\.cases)
        let byID = Dictionary(cases.map { ($0.caseID, $0) }) { first, _ in first }
        var numbers = CaseNumbers(cases)
        var searches: [Search] = []
        for (_, steps) in Dictionary(grouping: folder.capacity, by: \.search).sorted(by: { $0.key < $1.key }) {
            let steps = steps.sorted { $0.step < $1.step }
            guard let last = steps.last else { continue }
            var search = Search(
                steps: steps, last: last, style: TransportStyle(of: last.transport),
                use: searches.count { $0.last.transport == last.transport }, server: "")
            // A failed measurement has a row too.
            if let result = byID[last.caseID] {
                search = Search(
                    steps: steps, last: last, style: numbers.style(of: result), use: numbers.next(result),
                    server: result.server)
            }
            searches.append(search)
        }
        return searches
    }
}

/// Lines of a comparison, within the width of a terminal.
struct ComparisonLayout {
    private let columns: Int

    init(columns: Int) { self.columns = min(columns, ResultTableText.maximumColumns) }

    func paragraph(_ text: String, indent: Int = 0) -> [String] {
        ResultTableText.wrapped(text, indent: indent, columns: columns)
    }

    /// A metric's name with the finding on its line, or below it if the line is too narrow, and the figures below both.
    func metric(_ name: String, _ finding: String, _ figures: [String]) -> [String] {
        let line = "  \(name.padding(to: 25)) \(finding)"
        let head = line.count <= columns ? [line] : ["  \(name)"] + paragraph(finding, indent: 4)
        return head + (figures.isEmpty ? [] : paragraph(figures.joined(separator: "; "), indent: 4))
    }

    /// `; 8 of 10 metrics have too few valid repeats for a verdict`; empty if none has.
    static func open(_ count: Int, of all: Int) -> String {
        if count == 0 { return "" }
        let verb = count == 1 ? "has" : "have"
        return "; \(count) of \(Figure.counted(all, "metric")) \(verb) too few valid repeats for a verdict"
    }
}

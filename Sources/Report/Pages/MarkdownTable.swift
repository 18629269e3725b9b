/// A table of `report.md` whose cells are text.
enum MarkdownTable {
    static func text(_ headings: [String], _ rows: [[String]]) -> String {
        let rule = "|" + String(repeating: ":--|", count: headings.count)
        return ([row(headings), rule] + rows.map(row)).joined(separator: "\n") + "\n"
    }

    static func row(_ cells: [String]) -> String {
        "| " + cells.map(\.markdownEscaped).joined(separator: " | ") + " |"
    }
}

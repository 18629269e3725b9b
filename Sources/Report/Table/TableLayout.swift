/// Column widths that keep each line of a table within the terminal's width.
struct TableLayout {
    private let table: TableCells
    private let shown: [Int]
    private let widths: [Int]
    private let gap: String

    /// Each line begins with a mark and a space.
    private static let margin = 2
    /// A longer name stands on a line of its own rather than cost a column of numbers.
    private static let shortestName = 12

    /// - Parameters:
    ///   - table: The cells.
    ///   - shown: Indices of its columns.
    ///   - columns: Width of the terminal.
    init(_ table: TableCells, shown: [Int], columns: Int) {
        (self.table, self.shown) = (table, shown)
        var widths = shown.map { Self.width($0, table) }
        let numbers = widths.dropFirst().reduce(0, +)
        let room = columns - Self.margin - numbers
        let wide = 2 * (widths.count - 1)
        let names = widths.first ?? 0
        let gapWidth = min(names, Self.shortestName) + wide <= room ? 2 : 1
        let rest = room - gapWidth * (widths.count - 1)
        if !widths.isEmpty { widths[0] = min(names, max(rest, Self.shortestName)) }
        self.widths = widths
        gap = String(repeating: " ", count: gapWidth)
    }

    /// The columns that fit, without the least important ones.
    static func fitting(_ table: TableCells, columns: Int) -> [Int] {
        var shown = Array(table.columns.indices)
        while shown.count > 2 {
            let numbers = shown.dropFirst().map { width($0, table) }.reduce(0, +)
            let name = min(width(0, table), shortestName)
            if margin + name + numbers + 2 * (shown.count - 1) <= columns { break }
            guard let least = shown.dropFirst().min(by: { table.columns[$0].weight < table.columns[$1].weight }) else {
                break
            }
            shown.removeAll { $0 == least }
        }
        return shown
    }

    private static func width(_ column: Int, _ table: TableCells) -> Int {
        let heading = table.columns[column].heading
        return ([heading.upper, heading.lower] + table.rows.map { $0.cells[column] }).map(\.count).max() ?? 0
    }

    var headings: [String] {
        let headings = shown.map { table.columns[$0].heading }
        return [line(mark: " ", headings.map(\.upper)), line(mark: " ", headings.map(\.lower))]
    }

    /// One line, or two if the name is longer than its column.
    func lines(mark: String, _ cells: [String]) -> [String] {
        let cells = shown.map { cells[$0] }
        guard let name = cells.first, let width = widths.first, name.count > width else {
            return [line(mark: mark, cells)]
        }
        return ["\(mark) \(name)", line(mark: " ", [""] + cells.dropFirst())]
    }

    private func line(mark: String, _ cells: [String]) -> String {
        let padded = zip(cells, widths).enumerated().map { column, pair in
            let (text, width) = pair
            let space = String(repeating: " ", count: max(0, width - text.count))
            return column == 0 ? text + space : space + text
        }
        return mark + " " + padded.joined(separator: gap)
    }
}

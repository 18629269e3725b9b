/// A drawing of a plot's data by gnuplot, for a paper.
struct PaperFigure: Equatable {
    /// Distinguishes several drawings of one plot; may be empty.
    let suffix: String
    /// gnuplot commands. The data is the string variable `data`.
    let commands: [String]

    /// A line of one series: the rows whose cell in a column has this text.
    struct Series: Equatable {
        let name: String
        /// Column and text, as in the CSV file; all must match.
        let filter: [(column: String, text: String)]
        let colour: String
        /// gnuplot's number of the marker.
        var marker = 7
        /// gnuplot's number of the dash type.
        var dash = 1
        /// The column of the values; `nil` for that of the figure.
        var column: String?

        static func == (left: Self, right: Self) -> Bool { left.name == right.name && left.colour == right.colour }
    }

    struct Side {
        let column: String
        let title: String
        var isLogarithmic = false
    }

    /// Lines with markers, each with an interval if `interval` names the columns of its ends. Without `joins`, only the
    /// points.
    static func lines(
        _ suffix: String = "", title: String, x: Side, y: Side, interval: (low: String, high: String)? = nil,
        series: [Series], joins: Bool = true
    ) -> PaperFigure {
        let parts = series.flatMap { one in
            // Only own rows, also for the range of the axes.
            let own = { (column: String) in "(\(condition(one.filter)) ? column(\(quoted(column))) : NaN)" }
            let places = "using \(own(x.column)):\(own(one.column ?? y.column))"
            let look = "lc rgb \(quoted(one.colour)) pt \(one.marker)"
            let style = joins ? "linespoints \(look) dt \(one.dash)" : "points \(look)"
            let line = "data \(places) with \(style) title \(quoted(one.name))"
            guard let interval, one.column == nil else { return [line] }
            return [line, "data \(places):\(own(interval.low)):\(own(interval.high)) with yerrorbars \(look) notitle"]
        }
        return PaperFigure(
            suffix: suffix,
            commands: heading(title) + axis("x", x) + axis("y", y) + ["set offsets graph 0.03, graph 0.03, 0, 0"]
                + [plot(parts)])
    }

    /// The bars of one value, or the part of a stack.
    struct Bar {
        let column: String
        let name: String
        var colour = "#0072B2"
    }

    /// One figure per condition, with one bar per case, or one stack of bars.
    ///
    /// - Parameters:
    ///   - conditions: In the order of the rows of the data, which has one row per case.
    ///   - name: Distinguishes several sets of figures of one plot; may be empty.
    ///   - title: Of the plot.
    ///   - bars: The columns.
    ///   - value: The axis; its column is not used.
    /// - Returns: The figures.
    static func bars(
        _ conditions: [Condition], named name: String = "", title: String, _ bars: [Bar], axis value: Side
    ) -> [PaperFigure] {
        var first = 0
        return conditions.enumerated().map { index, condition in
            let rows = first...max(first, first + condition.cases.count - 1)
            first += condition.cases.count
            let style = bars.count > 1 ? "rowstacked" : "clustered gap 1"
            let parts = bars.map { bar in
                "data every ::\(rows.lowerBound)::\(rows.upperBound) using (column(\(quoted(bar.column)))):"
                    + "xtic(strcol(\"label\")) lc rgb \(quoted(bar.colour)) title \(quoted(bar.name))"
            }
            let number = conditions.count > 1 ? "\(index + 1)" : ""
            return PaperFigure(
                suffix: [name, number].filter { !$0.isEmpty }.joined(separator: "-"),
                commands: heading("\(title): \(condition.title)") + axis("y", value) + [
                    "set style data histogram", "set style histogram \(style)",
                    "set style fill solid 0.8 border -1", "set boxwidth 0.7", "set xtics rotate by -30", plot(parts),
                ])
        }
    }

    /// A colour per pair of values, with the number in the cell.
    static func heat(
        _ suffix: String = "", title: String, x: Side, y: Side, value: Side, filter: [(column: String, text: String)]
    ) -> PaperFigure {
        let own = { (column: String) in "(\(condition(filter)) ? column(\(quoted(column))) : NaN)" }
        let place = "using \(own(x.column)):\(own(y.column)):"
        let colours = HeatColour.stops.enumerated().map { "\($0) \(quoted($1))" }.joined(separator: ", ")
        return PaperFigure(
            suffix: suffix,
            commands: heading(title) + axis("x", x) + axis("y", y) + [
                "set cblabel \(quoted(value.title))", "set logscale cb", "set palette defined (\(colours))",
                "set offsets graph 0.15, graph 0.15, graph 0.15, graph 0.15",
                plot([
                    "data \(place)\(own(value.column)) with points pt 5 ps 4 lc palette notitle",
                    "data \(place)(sprintf(\"%.3g\", column(\(quoted(value.column))))) with labels offset 0,1.5 "
                        + "notitle",
                ]),
            ])
    }

    private static func plot(_ parts: [String]) -> String { "plot " + parts.joined(separator: ", \\\n     ") }

    private static func heading(_ title: String) -> [String] { ["reset", "set title \(quoted(title))"] }

    private static func axis(_ name: String, _ side: Side) -> [String] {
        ["set \(name)label \(quoted(side.title))"] + (side.isLogarithmic ? ["set logscale \(name)"] : [])
    }

    private static func condition(_ filter: [(column: String, text: String)]) -> String {
        if filter.isEmpty { return "1" }
        return filter.map { "strcol(\(quoted($0.column))) eq \(quoted($0.text))" }.joined(separator: " && ")
    }

    /// A string in double quotes, in which gnuplot expands backslashes and backquotes.
    static func quoted(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            // A shell command; there is no escape.
            case "`": escaped += "'"
            case "\u{0}"..."\u{1F}", "\u{7F}": escaped += " "
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return "\"\(escaped)\""
    }
}

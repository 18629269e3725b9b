/// A drawing of a plot's data by gnuplot, for a paper.
struct PaperFigure: Equatable {
    /// Distinguishes several drawings of one plot; may be empty.
    let suffix: String
    /// gnuplot commands. The data is the string variable `data`.
    let commands: [String]

    /// A line of one series: the rows whose cell in a column has this text.
    struct Series {
        let name: String
        /// Column and text, as in the CSV file; all must match.
        let filter: [Cell]
        let colour: String
        /// gnuplot's number of the marker.
        var marker = 7
        /// gnuplot's number of the dash type.
        var dash = 1
        /// The column of the values; `nil` for that of the figure.
        var column: String?
        /// The columns of the ends of a range.
        var band: (low: String, high: String)?
    }

    /// A text in a column of the data.
    struct Cell: Equatable {
        let column: String
        let text: String

        init(_ column: String, _ text: String) {
            (self.column, self.text) = (column, text)
        }
    }

    struct Side {
        let column: String
        let title: String
        var isLogarithmic = false
        /// The axis has the unit of the data times this.
        var divisor = 1

        /// A column in µs on an axis in ms.
        static func delay(_ column: String, title: String = "delay (ms)") -> Side {
            Side(column: column, title: title, isLogarithmic: true, divisor: 1_000)
        }

        /// An expression of gnuplot: the value of a column in the unit of this axis.
        func scaled(_ value: String) -> String { divisor == 1 ? value : "\(value)/\(divisor)" }
    }

    /// Lines with markers, each with an interval if `interval` names the columns of its ends. Without `joins`, only the
    /// points.
    static func lines(
        _ suffix: String = "", title: String, x: Side, y: Side, interval: (low: String, high: String)? = nil,
        series: [Series], joins: Bool = true
    ) -> PaperFigure {
        let parts = series.enumerated().flatMap { index, one in
            let own = { (side: Side, column: String) in "(\(side.scaled("\(rows(index))(\(quoted(column)))")))" }
            let places = "using \(own(x, x.column)):\(own(y, one.column ?? y.column))"
            let look = "lc rgb \(quoted(one.colour)) pt \(one.marker)"
            let style = joins ? "linespoints \(look) dt \(one.dash)" : "points \(look)"
            let band = one.band.map { band in
                "data using \(own(x, x.column)):\(own(y, band.low)):\(own(y, band.high)) with filledcurves fs "
                    + "transparent solid 0.15 noborder lc rgb \(quoted(one.colour)) notitle"
            }
            let line = "data \(places) with \(style) title \(quoted(one.name))"
            guard let interval, one.column == nil else { return [band, line].compactMap { $0 } }
            let ends = "\(own(y, interval.low)):\(own(y, interval.high))"
            return [line, "data \(places):\(ends) with yerrorbars \(look) notitle"]
        }
        return PaperFigure(
            suffix: suffix,
            commands: heading(title) + axis("x", x) + axis("y", y) + ["set offsets graph 0.03, graph 0.03, 0, 0"]
                + series.enumerated().map { selection($0, $1.filter) } + [plot(parts)])
    }

    /// The bars of one value, or the part of a stack.
    struct Bar {
        let column: String
        let name: String
        var colour = "#0072B2"
    }

    /// Points of a case: a column, and the columns of the ends of its interval, which may be empty.
    struct Mark {
        let column: String
        let name: String
        /// gnuplot's number.
        let marker: Int
        var interval: (low: String, high: String)?
    }

    /// One figure per condition, with one line of points per case on a logarithmic axis.
    ///
    /// - Parameters:
    ///   - conditions: In the order of the rows of the data, which has one row per case.
    ///   - title: Of the plot.
    ///   - marks: The columns.
    ///   - value: The axis; its column is not used.
    /// - Returns: The figures.
    static func points(_ conditions: [Condition], title: String, _ marks: [Mark], axis value: Side) -> [PaperFigure] {
        parts(of: conditions).map { number, condition, rows in
            let parts = marks.enumerated().flatMap { index, mark in
                let own = { (column: String) in "(\(value.scaled("column(\(quoted(column)))")))" }
                let places = "data \(rows) using \(own(mark.column)):(column(0))"
                let look = "pt \(mark.marker) lc rgb \"#000000\""
                let label = index == 0 ? ":ytic(strcol(\"label\"))" : ""
                let points = "\(places)\(label) with points \(look) title \(quoted(mark.name))"
                guard let interval = mark.interval else { return [points] }
                let ends = "\(own(interval.low)):\(own(interval.high))"
                return [points, "\(places):\(ends) with xerrorbars \(look) notitle"]
            }
            return PaperFigure(
                suffix: number,
                commands: heading("\(title): \(condition.title)") + axis("x", value) + [
                    "set offsets graph 0.03, graph 0.03, 0.5, 0.5", "set yrange [] reverse", plot(parts),
                ])
        }
    }

    /// The conditions with their numbers, empty if there is one, and gnuplot's words for their rows.
    private static func parts(of conditions: [Condition]) -> [(number: String, Condition, rows: String)] {
        var first = 0
        return conditions.enumerated().map { index, condition in
            let rows = first...max(first, first + condition.cases.count - 1)
            first += condition.cases.count
            return (
                conditions.count > 1 ? "\(index + 1)" : "", condition,
                "every ::\(rows.lowerBound)::\(rows.upperBound)"
            )
        }
    }

    /// One figure per condition, with one bar per case, or one stack of bars.
    ///
    /// - Parameters:
    ///   - conditions: In the order of the rows of the data, which has one row per case.
    ///   - title: Of the plot.
    ///   - bars: The columns.
    ///   - value: The axis; its column is not used.
    /// - Returns: The figures.
    static func bars(_ conditions: [Condition], title: String, _ bars: [Bar], axis value: Side) -> [PaperFigure] {
        parts(of: conditions).map { number, condition, rows in
            let style = bars.count > 1 ? "rowstacked" : "clustered gap 1"
            let parts = bars.map { bar in
                "data \(rows) using (column(\(quoted(bar.column)))):xtic(strcol(\"label\")) "
                    + "lc rgb \(quoted(bar.colour)) title \(quoted(bar.name))"
            }
            return PaperFigure(
                suffix: number,
                commands: heading("\(title): \(condition.title)") + axis("y", value) + [
                    "set style data histogram", "set style histogram \(style)",
                    "set style fill solid 0.8 border -1", "set boxwidth 0.7", "set xtics rotate by -30", plot(parts),
                ])
        }
    }

    /// A colour per pair of values, with the number in the cell.
    static func heat(
        _ suffix: String = "", title: String, x: Side, y: Side, value: Side, filter: [Cell]
    ) -> PaperFigure {
        let own = { (column: String) in "(\(rows(0))(\(quoted(column))))" }
        let number = value.scaled("column(\(quoted(value.column)))")
        let place = "using \(own(x.column)):\(own(y.column)):"
        let colours = HeatColour.stops.enumerated().map { "\($0) \(quoted($1))" }.joined(separator: ", ")
        return PaperFigure(
            suffix: suffix,
            commands: heading(title) + axis("x", x) + axis("y", y) + [
                "set cblabel \(quoted(value.title))", "set logscale cb", "set palette defined (\(colours))",
                "set offsets graph 0.15, graph 0.15, graph 0.15, graph 0.15", selection(0, filter),
                plot([
                    "data \(place)(\(value.scaled(own(value.column)))) with points pt 5 ps 4 lc palette notitle",
                    "data \(place)(sprintf(\"%.3g\", \(number))) with labels offset 0,1.5 notitle",
                ]),
            ])
    }

    private static func plot(_ parts: [String]) -> String { "plot " + parts.joined(separator: ", \\\n     ") }

    private static func heading(_ title: String) -> [String] { ["reset", "set title \(quoted(title))"] }

    private static func axis(_ name: String, _ side: Side) -> [String] {
        ["set \(name)label \(quoted(side.title))"] + (side.isLogarithmic ? ["set logscale \(name)"] : [])
    }

    /// The name of a function of gnuplot: the value of a column in the rows of a series. It is NaN in other rows, so
    /// that they do not count for the range of the axes either.
    private static func rows(_ index: Int) -> String { "rows\(index + 1)" }

    /// Its definition.
    private static func selection(_ index: Int, _ filter: [Cell]) -> String {
        "\(rows(index))(c) = \(condition(filter)) ? column(c) : NaN"
    }

    private static func condition(_ filter: [Cell]) -> String {
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

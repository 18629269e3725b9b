/// `plots/plot.gp`: redraws each plot for a paper with gnuplot, from the CSV files of the same folder.
enum GnuplotScript {
    static let fileName = "plots/plot.gp"

    static func text(_ plots: [Plot]) -> String {
        head + plots.flatMap { plot in plot.papers.map { text(plot, $0) } }.joined()
    }

    private static func text(_ plot: Plot, _ figure: PaperFigure) -> String {
        let output = plot.name + (figure.suffix.isEmpty ? "" : "-\(figure.suffix)")
        var lines = ["", "# \(plot.title.filter { !$0.isNewline })"]
        lines.append("data = \(PaperFigure.quoted(plot.name + ".csv"))")
        let (setting, drawing) = (figure.commands.dropLast(), figure.commands.suffix(1))
        lines += setting.prefix(1) + common + setting.dropFirst()
        lines.append("set output \"\(output).\".kind")
        lines += drawing + ["unset output", ""]
        return lines.joined(separator: "\n")
    }

    private static let head = """
        # Redraws the plots of this run for a paper, from the CSV files in this folder. In this folder:
        #
        #     gnuplot plot.gp                          one PDF file per plot
        #     gnuplot -e 'kind="svg"' plot.gp          or png
        #
        # Needs gnuplot 5.4 or later (Debian: gnuplot-nox). Made by pushlab report.
        if (!exists("kind")) kind = "pdf"
        if (kind eq "pdf") set terminal pdfcairo noenhanced size 14cm,9cm font ",9"
        if (kind eq "png") set terminal pngcairo noenhanced size 1400,900 font ",18"
        if (kind eq "svg") set terminal svg noenhanced size 840,540 font ",13"

        """

    /// After each `reset`.
    private static let common = [
        "set encoding utf8", "set datafile separator comma", "set datafile columnheaders", "set grid",
        "set key outside top center horizontal",
    ]
}

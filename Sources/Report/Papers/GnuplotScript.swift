/// `plots/plot.gp`: redraws each plot for a paper with gnuplot, from the CSV files of the same folder.
enum GnuplotScript {
    static let fileName = "plots/plot.gp"

    static func text(_ plots: [Plot]) -> String {
        let figures = plots.flatMap { plot in plot.papers.map { (plot, $0) } }
        return head
            + figures.map { plot, figure in
                let output = plot.name + (figure.suffix.isEmpty ? "" : "-\(figure.suffix)")
                let setting =
                    figure.commands.dropLast() + ["set output \"\(output).\".kind"] + figure.commands.suffix(1)
                return "\n# \(plot.title.filter { !$0.isNewline })\ndata = \(PaperFigure.quoted(plot.name + ".csv"))\n"
                    + (setting.prefix(1) + common + setting.dropFirst()).joined(separator: "\n") + "\nunset output\n"
            }.joined()
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

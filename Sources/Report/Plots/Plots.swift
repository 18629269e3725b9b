/// A plot of the report.
struct Plot: Equatable {
    /// Path inside the run folder.
    let fileName: String
    let title: String
    /// What the plot shows and which rows it uses.
    let caption: String
    let svg: String
    /// Every number that the plot shows.
    let data: PlotTable
    /// How gnuplot draws it for a paper.
    let papers: [PaperFigure]

    /// Whether it shows what changes along axes of a sweep; it then comes first.
    var isAlongAxis = false

    /// `plots/latency.csv`.
    var dataFileName: String { "plots/\(name).csv" }

    /// `latency`.
    var name: String {
        let file = fileName.split(separator: "/").last ?? ""
        return String(file.hasSuffix(".svg") ? file.dropLast(4) : file)
    }
}

/// All plots for which the folder has data.
enum Plots {
    /// Makes one plot, or `nil` if the folder has no rows for it.
    typealias Maker = @Sendable (ReportFolder) -> Plot?

    /// In the order of the report.
    static let standard: [Maker] = [
        LayerPlot.plot, LatencyPlot.plot, PercentilePlot.plot, TimelinePlot.plot, DirectionPlot.plot,
    ]

    static func all(_ folder: ReportFolder, by makers: [Maker] = standard) -> [Plot] {
        CapacityPlot.all(folder) + SweepPlot.all(folder) + HeatMap.all(folder) + makers.compactMap { $0(folder) }
    }
}

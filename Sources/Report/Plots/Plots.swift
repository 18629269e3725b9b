/// A plot of the report.
struct Plot: Equatable {
    /// Path inside the run folder.
    let fileName: String
    let title: String
    /// What the plot shows and which rows it uses.
    let caption: String
    let svg: String
}

/// All plots for which the folder has data.
enum Plots {
    /// Makes one plot, or `nil` if the folder has no rows for it.
    typealias Maker = @Sendable (ReportFolder) -> Plot?

    /// In the order of the report.
    static let standard: [Maker] = [LayerPlot.plot, LatencyPlot.plot, TimelinePlot.plot, DirectionPlot.plot]

    static func all(_ folder: ReportFolder, by makers: [Maker] = standard) -> [Plot] {
        makers.compactMap { $0(folder) }
    }
}

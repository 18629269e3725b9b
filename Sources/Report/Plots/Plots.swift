/// A plot of the report.
struct Plot: Equatable {
    /// Inside the run's folder.
    let fileName: String
    let title: String
    /// What is drawn and how it was made of the rows.
    let caption: String
    let svg: String
}

/// Every plot that a folder's rows allow.
enum Plots {
    static func all(_ folder: ReportFolder) -> [Plot] {
        [LayerPlot.plot(folder), LatencyPlot.plot(folder), TimelinePlot.plot(folder), DirectionPlot.plot(folder)]
            .compactMap { $0 }
    }
}

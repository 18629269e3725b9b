extension ReportFolder {
    /// What is to be written into the folder: the same bytes for the same texts, on any machine at any time.
    ///
    /// - Returns: Names inside the folder, some in `plots/`, with their contents.
    package func files() -> [(name: String, contents: String)] {
        [("report.md", MarkdownReport.text(self)), ("report.html", HTMLReport.text(self))]
            + Plots.all(self).map { ($0.fileName, $0.svg) }
    }
}

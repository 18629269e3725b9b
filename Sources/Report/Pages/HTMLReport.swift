/// `report.html`: a self-contained page for light and dark screens, phones and paper. It needs no script.
enum HTMLReport {
    /// A part of the page; nothing of it is shown without content.
    private struct Section {
        let id: String
        let title: String
        let content: [String]
    }

    static func text(_ folder: ReportFolder, _ plots: [Plot]) -> String {
        let title = folder.scenario.markupEscaped
        let sections = sections(folder, plots).filter { !$0.content.isEmpty }
        var parts = [
            "<!DOCTYPE html>", "<html lang=\"en\">", "<head>", "<meta charset=\"utf-8\"/>",
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>",
            "<meta name=\"color-scheme\" content=\"light dark\"/>",
            "<title>\(title) – PushLab</title>", "<style>\(HTMLStyle.text)</style>", "</head>", "<body>", "<main>",
            "<h1>\(title)</h1>",
        ]
        parts += folder.question.map { ["<p class=\"question\">\($0.pageText)</p>"] } ?? []
        parts += RunFacts.warnings(folder).map { "<p class=\"warning\"><strong>\($0.pageText)</strong></p>" }
        parts += answer(folder) + navigation(sections)
        for section in sections {
            parts += ["<section id=\"\(section.id)\">", "<h2>\(section.title)</h2>"] + section.content + ["</section>"]
        }
        parts += ["</main>", "</body>", "</html>"]
        return parts.joined(separator: "\n") + "\n"
    }

    private static func sections(_ folder: ReportFolder, _ plots: [Plot]) -> [Section] {
        [
            Section(id: "axes", title: "Along the axes", content: plots.filter(\.isAlongAxis).map(figure)),
            Section(id: "claims", title: ClaimBlocks.title, content: ClaimBlocks.html(folder.claims)),
            Section(id: "conditions", title: "Conditions on the results", content: checks(folder)),
            Section(
                id: "results", title: "Results", content: conditions(folder) + drafts(folder)),
            Section(id: "comparisons", title: ComparisonTable.title, content: comparisons(folder)),
            Section(id: "scale", title: ScaleTable.title, content: scale(folder)),
            Section(id: "plots", title: "Plots", content: plots.filter { !$0.isAlongAxis }.map(figure)),
            Section(id: "predictions", title: PredictionCells.title, content: predictions(folder)),
            Section(id: "details", title: "Run details", content: facts(folder)),
        ]
    }

    private static func answer(_ folder: ReportFolder) -> [String] {
        let blocks = AnswerSentence.blocks(folder)
        if blocks.isEmpty { return [] }
        return ["<div class=\"answer\">"] + blocks.map(text) + ["</div>"]
    }

    /// The first sentence, then the others as a list.
    private static func text(_ block: AnswerSentence.Block) -> String {
        let items = block.sentences.dropFirst().map { "<li>\($0.pageText)</li>" }.joined()
        return "<p>\((block.sentences.first ?? "").pageText)</p>" + (items.isEmpty ? "" : "\n<ul>\(items)</ul>")
    }

    private static func navigation(_ sections: [Section]) -> [String] {
        let links = sections.map { "<li><a href=\"#\($0.id)\">\($0.title)</a></li>" }.joined()
        return ["<nav aria-label=\"Parts of this page\"><ul>\(links)</ul></nav>"]
    }

    private static func conditions(_ folder: ReportFolder) -> [String] {
        let topics = QuestionTopics(folder.question)
        let below = AnswerSentence.below(folder)
        return folder.conditions.enumerated().flatMap { index, condition in
            let block = below[index].map(text)
            let content = table(condition, topics) + (block.map { ["<div class=\"more\">\($0)</div>"] } ?? [])
            return index == 0 ? content : folded(condition.heading, content)
        }
    }

    /// Opens with a click, and on paper by itself.
    private static func folded(_ heading: String, _ content: [String]) -> [String] {
        ["<details>", "<summary>\(heading.markupEscaped)</summary>"] + content + ["</details>"]
    }

    private static func table(_ condition: Condition, _ topics: QuestionTopics) -> [String] {
        let table = TableCells(condition, topics: topics)
        let body = table.rows.map { row in
            let cells = row.cells.dropFirst().map { "<td>\($0.pageText)</td>" }.joined()
            return "<tr><td>\(mark(row.mark))</td><th scope=\"row\">\(row.cells[0].markupEscaped)</th>\(cells)</tr>"
                + remarks(row)
        }
        let notes = table.notes.map { "<li>\($0.pageText)</li>" }.joined()
        return [
            HTMLTable(
                caption: table.title, headings: [""] + table.columns.map(\.title), body: body, words: [1]
            ).text,
            notes.isEmpty ? "" : "<ul class=\"notes\">\(notes)</ul>",
        ].filter { !$0.isEmpty }
    }

    private static func remarks(_ row: TableCells.Row) -> String {
        guard !row.remarks.isEmpty else { return "" }
        let lines = row.remarks.map(\.pageText).joined(separator: "<br/>")
        return "<tr class=\"remarks\"><td></td><td colspan=\"\(row.cells.count)\">\(lines)</td></tr>"
    }

    /// The mark, with text for screen readers.
    private static func mark(_ mark: String) -> String {
        let words = mark == "✓" ? "valid" : mark == "~" ? "partly valid" : "invalid"
        return "<span role=\"img\" aria-label=\"\(words)\" title=\"\(words)\">\(mark)</span>"
    }

    private static func figure(_ plot: Plot) -> String {
        let link = "<a href=\"\(plot.dataFileName.markupEscaped)\">\(plot.dataFileName.markupEscaped)</a>"
        return
            "<figure>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"\(plot.title.markupEscaped)\">\n"
            + "\(plot.svg)</div>\n<figcaption>\(plot.caption.pageText) Data: \(link).</figcaption>\n</figure>"
    }

    private static func drafts(_ folder: ReportFolder) -> [String] {
        let tables = DraftTable.all(folder)
        guard !tables.isEmpty else { return [] }
        let words = Set(0..<DraftTable.wordColumns)
        let blocks = tables.map { table in
            let rows = table.rows.map { HTMLTable.row($0, words: words) }
            return HTMLTable(caption: table.caption, headings: DraftTable.headings, body: rows, words: words).text
        }
        return ["<h3>\(DraftTable.title)</h3>"] + blocks + ["<p class=\"notes\">\(DraftTable.note.pageText)</p>"]
    }

    private static func comparisons(_ folder: ReportFolder) -> [String] {
        let tables = ComparisonTable.all(folder).map { table in
            let words = Set(table.headings.indices)
            return HTMLTable(
                caption: table.caption, headings: table.headings,
                body: table.rows.map { HTMLTable.row($0, words: words) }, words: words
            ).text
        }
        return tables.isEmpty ? [] : tables + ["<p class=\"notes\">\(ComparisonTable.note.pageText)</p>"]
    }

    private static func scale(_ folder: ReportFolder) -> [String] {
        let tables = ScaleTable.all(folder).map { table in
            HTMLTable(
                caption: table.caption, headings: ScaleTable.headings,
                body: table.rows.map { HTMLTable.row($0, words: ScaleTable.words) }, words: ScaleTable.words
            ).text
        }
        return tables.isEmpty ? [] : tables + ["<p class=\"notes\">\(ScaleTable.note.pageText)</p>"]
    }

    private static func predictions(_ folder: ReportFolder) -> [String] {
        let rows = PredictionCells.all(folder).map { HTMLTable.row($0.cells, words: PredictionCells.words) }
        if rows.isEmpty { return [] }
        return [
            HTMLTable(
                caption: PredictionCells.title, headings: PredictionCells.headings, body: rows,
                words: PredictionCells.words
            ).text,
            "<p class=\"notes\">\(PredictionCells.note.pageText)</p>",
        ]
    }

    private static func checks(_ folder: ReportFolder) -> [String] {
        guard !folder.checks.isEmpty else { return [] }
        let rows = folder.checks.map { HTMLTable.row(CheckCells($0).cells, words: CheckCells.words) }
        return [
            HTMLTable(caption: "Conditions", headings: CheckCells.headings, body: rows, words: CheckCells.words).text,
            "<p class=\"notes\">\(CheckCells.note.pageText)</p>",
        ]
    }

    private static func facts(_ folder: ReportFolder) -> [String] {
        let notes = RunFacts.notes(folder).map { "<p>\($0.pageText)</p>" }
        let groups = RunFacts.groups(folder).map { group in
            let facts = group.facts.map { "<dt>\($0.name.markupEscaped)</dt><dd>\($0.value.markupEscaped)</dd>" }
            return "<h3>\(group.title.markupEscaped)</h3>\n<dl>\(facts.joined(separator: "\n"))</dl>"
        }
        return notes + groups
    }
}

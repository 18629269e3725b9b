/// `report.html`: a self-contained page for light and dark screens.
enum HTMLReport {
    static func text(_ folder: ReportFolder) -> String {
        let title = folder.scenario.markupEscaped
        var parts = [
            "<!DOCTYPE html>", "<html lang=\"en\">", "<head>", "<meta charset=\"utf-8\"/>",
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>",
            "<meta name=\"color-scheme\" content=\"light dark\"/>",
            "<title>\(title) – PushLab</title>", "<style>\(style)</style>", "</head>", "<body>", "<main>",
            "<h1>\(title)</h1>",
        ]
        parts += folder.question.map { ["<p class=\"question\">\($0.markupEscaped)</p>"] } ?? []
        parts += RunFacts.warnings(folder).map { "<p class=\"warning\"><strong>\($0.markupEscaped)</strong></p>" }
        parts += AnswerSentence.all(folder).map { "<p class=\"answer\">\($0.markupEscaped)</p>" }
        parts += ["<h2>Results</h2>"] + folder.conditions.map { table(TableCells($0)) }
        parts += drafts(folder)
        parts += ["<h2>Plots</h2>"] + Plots.all(folder).map(figure)
        parts += claims(folder) + facts(folder)
        parts += ["</main>", "</body>", "</html>"]
        return parts.joined(separator: "\n") + "\n"
    }

    private static func table(_ table: TableCells) -> String {
        let headings = [""] + table.columns.map(\.title)
        let body = table.rows.map { row in
            let cells = row.cells.dropFirst().map { "<td>\($0.markupEscaped)</td>" }.joined()
            return "<tr><td>\(mark(row.mark))</td><th scope=\"row\">\(row.cells[0].markupEscaped)</th>\(cells)</tr>"
                + remarks(row)
        }
        let notes = table.notes.map { "<li>\($0.markupEscaped)</li>" }.joined()
        return scrolling(caption: table.title, headings: headings, body: body)
            + (notes.isEmpty ? "" : "\n<ul class=\"notes\">\(notes)</ul>")
    }

    private static func remarks(_ row: TableCells.Row) -> String {
        guard !row.remarks.isEmpty else { return "" }
        let lines = row.remarks.map(\.markupEscaped).joined(separator: "<br/>")
        return "<tr class=\"remarks\"><td></td><td colspan=\"\(row.cells.count)\">\(lines)</td></tr>"
    }

    /// The mark, with text for screen readers.
    private static func mark(_ mark: String) -> String {
        let words = mark == "✓" ? "valid" : mark == "~" ? "partly valid" : "invalid"
        return "<span role=\"img\" aria-label=\"\(words)\" title=\"\(words)\">\(mark)</span>"
    }

    private static func scrolling(caption: String, headings: [String], body: [String]) -> String {
        let head = headings.map { $0.isEmpty ? "<td></td>" : "<th scope=\"col\">\($0.markupEscaped)</th>" }.joined()
        return """
            <div class="wide" tabindex="0" role="region" aria-label="\(caption.markupEscaped)"><table>
            <caption>\(caption.markupEscaped)</caption>
            <thead><tr>\(head)</tr></thead>
            <tbody>
            \(body.joined(separator: "\n"))
            </tbody></table></div>
            """
    }

    private static func figure(_ plot: Plot) -> String {
        "<figure>\n<div class=\"wide\">\n\(plot.svg)</div>\n<figcaption>\(plot.caption.markupEscaped)</figcaption>\n"
            + "</figure>"
    }

    private static func drafts(_ folder: ReportFolder) -> [String] {
        let tables = DraftTable.all(folder)
        guard !tables.isEmpty else { return [] }
        let blocks = tables.map { table in
            let body = table.rows.map { cells in
                let tagged = cells.enumerated().map { column, cell in
                    let kind = column < DraftTable.wordColumns ? " class=\"words\"" : ""
                    return "<td\(kind)>\(cell.markupEscaped)</td>"
                }
                return "<tr>\(tagged.joined())</tr>"
            }
            return scrolling(caption: table.caption, headings: DraftTable.headings, body: body)
        }
        return ["<h2>\(DraftTable.title)</h2>"] + blocks + ["<p class=\"notes\">\(DraftTable.note.markupEscaped)</p>"]
    }

    private static func claims(_ folder: ReportFolder) -> [String] {
        guard !folder.claims.isEmpty else { return [] }
        let body = folder.claims.map { claim in
            let cells = ClaimCells(claim).cells.map { "<td class=\"words\">\($0.markupEscaped)</td>" }
            return "<tr>\(cells.joined())</tr>"
        }
        return ["<h2>Published claims</h2>", scrolling(caption: "Claims", headings: ClaimCells.headings, body: body)]
    }

    private static func facts(_ folder: ReportFolder) -> [String] {
        let groups = RunFacts.groups(folder)
        guard !groups.isEmpty else { return [] }
        let lists = groups.map { group in
            let facts = group.facts.map { "<dt>\($0.name.markupEscaped)</dt><dd>\($0.value.markupEscaped)</dd>" }
            return "<h3>\(group.title.markupEscaped)</h3>\n<dl>\(facts.joined(separator: "\n"))</dl>"
        }
        return ["<h2>Run details</h2>"] + lists
    }

    private static let style = """
        :root{color-scheme:light dark;--ink:#1f2328;--quiet:#57606a;--paper:#ffffff;--line:#d0d7de;--alarm:#a40e26}
        @media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--quiet:#9da7b3;--paper:#0d1117;--line:#30363d;\
        --alarm:#ff8182}}
        body{margin:0;background:var(--paper);color:var(--ink);\
        font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
        main{max-width:62rem;margin:0 auto;padding:1.5rem}
        h1,h2,h3{line-height:1.25}h2{margin-top:2.5rem}
        .answer{max-width:50rem}.question{font-style:italic;color:var(--quiet)}.warning{color:var(--alarm)}
        .wide{overflow-x:auto}
        table{border-collapse:collapse;font-size:.875rem;font-variant-numeric:tabular-nums;margin:1rem 0 .5rem}
        caption{text-align:left;font-weight:600;padding-bottom:.35rem}
        th,td{padding:.3rem .6rem;text-align:right;border-bottom:1px solid var(--line);vertical-align:top}
        td,th[scope=row]{white-space:nowrap}thead th{vertical-align:bottom}\
        th[scope=row],.words,.remarks td{text-align:left}
        .words,.remarks td{white-space:normal}.remarks td{color:var(--quiet)}
        .notes,figcaption{color:var(--quiet);font-size:.875rem;max-width:50rem}
        figure{margin:1.5rem 0}svg{display:block;max-width:none}
        dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;font-size:.875rem}
        dt{color:var(--quiet)}dd{margin:0;overflow-wrap:anywhere}
        """
}

import ResultFiles
import Testing

@testable import Report

@Suite("Published claims and measured values")
struct ClaimTests {
    private func claim(low: Double?, high: Double?) -> ClaimRow {
        var row = ClaimRow()
        (row.runID, row.scenario, row.claimID) = ("r", "tiny", "bytes")
        (row.statement, row.source) = ("A frame | costs little.", "Some paper, table 2")
        (row.quantity, row.quantityUnit) = ("overhead per item", "bytes")
        (row.publishedLow, row.publishedHigh) = (low, high)
        (row.measured, row.measuredLow, row.measuredHigh) = (4.2, 4.1, 4.3)
        (row.repeats, row.verdict) = (6, "holds")
        return row
    }

    @Test(
        "bounds of the published value as text",
        arguments: [
            (2, 2, "2.00 B"), (2, 6, "2.00 B to 6.00 B"), (2, nil, "at least 2.00 B"), (nil, 6, "at most 6.00 B"),
            (nil, nil, "–"),
        ] as [(Double?, Double?, String)])
    func bounds(low: Double?, high: Double?, text: String) {
        #expect(ClaimFigures(claim(low: low, high: high)).bounds.text == text)
    }

    @Test("the tolerance and the origin of a bound are shown; the numbers stay those of the publication")
    func origins() {
        var row = claim(low: 2, high: 2)
        (row.tolerance, row.origin) = (0.05, "published")
        #expect(ClaimFigures(row).sentence.hasPrefix("overhead per item: published 2.00 B ± 5 %, "))
        row.origin = "derived"
        #expect(ClaimFigures(row).sentence.hasPrefix("overhead per item: derived 2.00 B ± 5 %, "))
        (row.publishedHigh, row.origin) = (nil, "chosen")
        #expect(ClaimFigures(row).sentence.hasPrefix("overhead per item: chosen here at least 2.00 B − 5 %, "))
        #expect(
            VerdictSentences.claims([row, claim(low: 2, high: 6)]) == [
                "Of 1 published claim, 1 holds (bytes).",
                "Of 1 claim without a published number, with a bound chosen here, 1 holds (bytes).",
            ])
    }

    @Test(
        "a range has the same words in sentences and in tables",
        arguments: [
            (2, 2, 0, "2.00", "2.00"), (2, 2, 0.05, "2.00 ± 5 %", "within 2.00 ± 5 %"),
            (2, 6, 0, "2.00 to 6.00", "within 2.00 to 6.00"),
            (2, 6, 0.1, "2.00 to 6.00 ± 10 %", "within 2.00 to 6.00 ± 10 %"),
            (2, nil, 0.1, "at least 2.00 − 10 %", "at least 2.00 − 10 %"),
            (nil, 6, 0.1, "at most 6.00 + 10 %", "at most 6.00 + 10 %"), (nil, 6, 0, "at most 6.00", "at most 6.00"),
        ] as [(Double?, Double?, Double, String, String)])
    func words(low: Double?, high: Double?, tolerance: Double, text: String, predicate: String) {
        var row = claim(low: low, high: high)
        (row.quantityUnit, row.tolerance) = (nil, tolerance)
        #expect(ClaimRange(row).text == text)
        #expect(ClaimRange(row).predicate == predicate)
    }

    @Test("on a terminal: what the words mean, then a block per claim with the verdict first")
    func terminal() {
        var row = claim(low: 2, high: 6)
        row.reason = "Measured 4.20 B: it is within 2.00 B to 6.00 B, so the claim holds."
        let text = ClaimText.text([row], columns: 80)
        #expect(text.hasPrefix("Published claims\n  Published: the source states the number. Predicted: by"))
        #expect(
            text.hasSuffix(
                """

                  ✓ holds: A frame | costs little.
                    bytes; source: Some paper, table 2
                    overhead per item: published 2.00 B to 6.00 B, no formula for it
                    Measured 4.20 B: it is within 2.00 B to 6.00 B, so the claim holds.

                """))
        row.reason = ""
        #expect(ClaimText.text([row], columns: 110).contains("no formula for it, measured 4.20 B\n"))
        #expect(ClaimText.text([], columns: 80).isEmpty)
    }

    @Test("only the origins that occur are explained")
    func note() {
        var row = claim(low: 2, high: 6)
        #expect(!ClaimFigures.note([row]).contains("chosen here") && !ClaimFigures.note([row]).contains("Derived"))
        row.origin = "chosen"
        #expect(ClaimFigures.note([row]).hasPrefix("Chosen here: the source states no number"))
    }

    @Test("the report has claims if the folder has claims.csv: a table and paragraphs, or a block each in HTML")
    func section() throws {
        var row = claim(low: 2, high: 6)
        (row.reason, row.note) = ("Measured 4.20 B, so the claim holds.", "Bytes < packets.")
        var texts = Rows.texts(Rows.three)
        texts["claims.csv"] = ClaimRow.table.text(of: [row])
        let files = try ReportFolder(texts: texts).files()
        #expect(
            files[0].contents.contains(
                "| bytes | ✓ holds | 2.00 B to 6.00 B | no formula | 4.20 B (4.10 B to 4.30 B) | 6 |\n"))
        #expect(
            files[0].contents.contains(
                "**bytes – ✓ holds: A frame \\| costs little.** Source: Some paper, table 2. Compared: overhead "
                    + "per item. Measured 4.20 B, so the claim holds. Bytes \\< packets.\n"))
        #expect(files[0].contents.contains("\nOf 1 published claim, 1 holds (bytes).\n"))
        let page = files[1].contents
        #expect(page.contains("<h2>Published claims</h2>"))
        #expect(page.contains("<h3><span class=\"verdict good\">✓ holds</span>: A frame | costs little.</h3>"))
        #expect(page.contains("<tr><th scope=\"row\">published</th><td>2.00\u{A0}B to 6.00\u{A0}B</td></tr>"))
        #expect(page.contains("<tr><th scope=\"row\">95\u{A0}% interval</th><td>4.10\u{A0}B to 4.30\u{A0}B</td></tr>"))
        #expect(page.contains("<p>Measured 4.20\u{A0}B, so the claim holds.</p>"))
        #expect(page.contains("<p class=\"notes\">Bytes &lt; packets.</p>"))
        #expect(!(try Rows.folder(Rows.three).files()[1].contents.contains("Published claims")))
    }
}

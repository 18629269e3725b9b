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
        #expect(ClaimCells(claim(low: low, high: high)).cells[2] == text)
    }

    @Test("the tolerance and the origin of a bound are shown; the numbers stay those of the publication")
    func origins() {
        var row = claim(low: 2, high: 2)
        (row.tolerance, row.origin) = (0.05, "published")
        #expect(ClaimCells(row).cells[2] == "2.00 B ± 5 %")
        row.origin = "derived"
        #expect(ClaimCells(row).cells[2] == "2.00 B ± 5 % (derived)")
        (row.publishedHigh, row.tolerance, row.origin) = (nil, 0, "chosen")
        #expect(ClaimCells(row).cells[2] == "at least 2.00 B (chosen here)")
        #expect(ClaimText.text([row], columns: 110).contains("chosen here at least 2.00 B, predicted –"))
        #expect(
            VerdictSentences.claims([row, claim(low: 2, high: 6)]) == [
                "Of 1 published claim, 1 holds (bytes).",
                "Of 1 claim without a published number, with a bound chosen here, 1 holds (bytes).",
            ])
    }

    @Test("the report has claims if the folder has claims.csv")
    func section() throws {
        var texts = Rows.texts(Rows.three)
        texts["claims.csv"] = ClaimRow.table.text(of: [claim(low: 2, high: 6)])
        let files = try ReportFolder(texts: texts).files()
        #expect(
            files[0].contents.contains(
                "| bytes: A frame \\| costs little. | holds | 2.00 B to 6.00 B | – | 4.20 B (95 % confidence "
                    + "interval 4.10 B to 4.30 B, 6 repeats) | overhead per item |  | Some paper, table 2 |\n"))
        #expect(files[0].contents.contains("\nOf 1 published claim, 1 holds (bytes).\n"))
        #expect(files[1].contents.contains("<h2>Published claims</h2>"))
        #expect(files[1].contents.contains("<span class=\"verdict good\">✓ holds</span>"))
        #expect(!(try Rows.folder(Rows.three).files()[1].contents.contains("Published claims")))
    }
}

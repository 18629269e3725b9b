import ResultFiles
import Testing

@testable import Report

@Suite("Bytes by layer")
struct LayerPlotTests {
    @Test("with TLS, overhead and setup of the plot equal those of summary.csv")
    func setUpWithTLS() throws {
        var row = Rows.summary("short-poll")
        row.delivered = 100
        row.overheadBytesPerItem = 39.7
        // 23,300 B of TLS handshakes, 560 B of TLS records for 3,410 B of headers.
        row.setupBytesTotal = 23_300
        let layers = [("http_head", 3_410), ("tls", 23_860), ("payload", 12_800)].map { layer, bytes in
            var layerRow = LayerRow()
            (layerRow.runID, layerRow.caseID, layerRow.repetition) = (row.runID, row.caseID, row.repetition)
            (layerRow.transport, layerRow.direction, layerRow.layer) = (row.transport, "down", layer)
            (layerRow.provenance, layerRow.bytes) = ("counted", bytes)
            return layerRow
        }
        var texts = Rows.texts([row])
        texts["layers.csv"] = LayerRow.table.text(of: layers)
        let plot = try #require(LayerPlot.plot(try ReportFolder(texts: texts)))
        #expect(plot.svg.contains("39.7 B + 233 B setup"))
        #expect(plot.svg.contains("TLS handshakes"))
        #expect(plot.svg.contains("TLS records"))
    }

    @Test("labels that would be cut to the same text are not cut")
    func longLabels() throws {
        let rows = ["cookie", "bearer"].map { profile in
            var row = Rows.summary("short-poll")
            row.variant = "interval-500ms-headers-\(profile)"
            row.caseID = "replay-host_100-clients_short-poll_\(row.variant)"
            return row
        }
        let svg = try #require(DirectionPlot.plot(try Rows.folder(rows))).svg
        #expect(svg.contains(">short-poll interval-500ms-headers-cookie</text>"))
        #expect(svg.contains(">short-poll interval-500ms-headers-bearer</text>"))
    }
}

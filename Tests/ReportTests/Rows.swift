import ResultFiles

@testable import Report

/// Test rows: one condition, three transports, small numbers.
enum Rows {
    static func summary(_ transport: String, repeat repetition: Int = 1, variant: String = "") -> SummaryRow {
        var row = SummaryRow()
        row.runID = "20260131T120000Z-1"
        row.scenario = "tiny"
        row.scenarioSHA256 = String(repeating: "ab", count: 32)
        row.seed = 1
        row.transport = transport
        row.variant = variant
        row.caseID = "replay-host_100-clients_\(transport)" + (variant.isEmpty ? "" : "_\(variant)")
        row.repetition = repetition
        row.clients = 100
        row.feed = "replay-host"
        row.durationSeconds = 10
        row.valid = true
        deliveries(&row)
        cost(&row)
        return row
    }

    private static func deliveries(_ row: inout SummaryRow) {
        row.published = 120
        row.expected = 12_000
        row.delivered = 12_000
        row.unique = 12_000
        (row.missed, row.duplicate, row.reordered) = (0, 0, 0)
    }

    private static func cost(_ row: inout SummaryRow) {
        let figures: (p50: Double, overhead: Double, cpu: Double, requests: Int, setup: Int) =
            switch row.transport {
            case "websocket": (410, 6.1, 11.25, 100, 30_000)
            case "long-poll": (1_203, 312, 33, 12_000, 0)
            default: (498_000, 40, 4.5, 1_200, 0)
            }
        row.pollIntervalMilliseconds = row.transport == "short-poll" ? 1_000 : nil
        row.latencyMinMicroseconds = figures.p50 / 4
        row.latencyP50Microseconds = figures.p50
        row.latencyP90Microseconds = figures.p50 * 1.5
        row.latencyP99Microseconds = figures.p50 * 2
        row.latencyMaxMicroseconds = figures.p50 * 4
        row.latencyMeanMicroseconds = figures.p50 * 1.1
        row.overheadBytesPerItem = figures.overhead
        row.serverCPUMicrosecondsPerItem = figures.cpu
        row.requests = figures.requests
        row.setupBytesTotal = figures.setup
        row.tcpPayloadBytesUp = row.transport == "websocket" ? 20_000 : 2_000_000
        row.tcpPayloadBytesDown = 12_000 * (128 + Int(figures.overhead))
    }

    /// The three transports.
    static let three = [summary("websocket"), summary("short-poll"), summary("long-poll")]

    static func layers(of row: SummaryRow) -> [LayerRow] {
        let perItem: [(String, String, Int, String)] =
            row.transport == "websocket"
            ? [
                ("down", "ws_frame_header", 4, "counted"), ("up", "ws_mask", 1, "counted"),
                ("up", "handshake", 1, "counted"), ("down", "handshake", 1, "counted"),
            ]
            : [
                ("up", "http_head", 20, "counted"), ("down", "http_head", 18, "counted"),
                ("down", "envelope", 1, "counted"),
            ]
        let common = [("down", "payload", 128, "counted"), ("down", "tcp_ip", 52, "estimated")]
        return (perItem + common).map { direction, layer, bytes, provenance in
            var layerRow = LayerRow()
            (layerRow.runID, layerRow.caseID, layerRow.repetition) = (row.runID, row.caseID, row.repetition)
            (layerRow.transport, layerRow.variant) = (row.transport, row.variant)
            (layerRow.direction, layerRow.layer, layerRow.provenance) = (direction, layer, provenance)
            layerRow.bytes = bytes * (row.delivered ?? 0)
            return layerRow
        }
    }

    static func timeline(of row: SummaryRow) -> [TimelineRow] {
        (0..<12).map { second in
            var timelineRow = TimelineRow()
            (timelineRow.runID, timelineRow.caseID, timelineRow.repetition) = (row.runID, row.caseID, row.repetition)
            (timelineRow.transport, timelineRow.variant) = (row.transport, row.variant)
            timelineRow.second = second
            // One second without items has no delays.
            guard second != 5 else { return timelineRow }
            let wobble = 1 + Double(second % 3) / 4
            timelineRow.delivered = 1_000
            timelineRow.latencyP50Microseconds = row.latencyP50Microseconds.map { $0 * wobble }
            timelineRow.latencyP99Microseconds = row.latencyP99Microseconds.map { $0 * wobble }
            timelineRow.latencyMaxMicroseconds = row.latencyMaxMicroseconds
            return timelineRow
        }
    }

    /// The CSV files of a folder with these rows.
    static func texts(_ rows: [SummaryRow]) -> [String: String] {
        [
            "summary.csv": SummaryRow.table.text(of: rows),
            "layers.csv": LayerRow.table.text(of: rows.flatMap(layers)),
            "timeline.csv": TimelineRow.table.text(of: rows.flatMap(timeline)),
        ]
    }

    static func folder(_ rows: [SummaryRow]) throws -> ReportFolder {
        try ReportFolder(texts: texts(rows))
    }
}

import ResultFiles
import Transports
import WebSocketDrafts

/// Bytes per WebSocket version, for a condition that includes pre-RFC 6455 drafts.
struct DraftTable: Equatable {
    static let title = "WebSocket versions: drafts and RFC 6455"
    static let headings = [
        "version", "published", "first browsers", "handshake up, B per client",
        "handshake down, B per client", "frame headers, B per item", "closing, B per client",
    ]
    /// The first columns, which contain text.
    static let wordColumns = 3
    static let note =
        "Each client sends the shortest handshake that its version allows a non-browser client. The hixie drafts "
        + "require an origin, and the server repeats it and the URL; from hybi on, only browsers must send an origin. "
        + "Closing: all control frames with their masking keys; hixie-75 only closes the TCP connection. Only "
        + "rows with valid bytes. Several repeats are pooled."

    let caption: String
    /// The oldest version first, with one cell per heading.
    let rows: [[String]]

    /// One table per condition that includes a draft; empty for most runs.
    static func all(_ folder: ReportFolder) -> [DraftTable] {
        folder.conditions.compactMap { DraftTable($0, folder.layers) }
    }

    private init?(_ condition: Condition, _ layers: [LayerRow]) {
        let versions = condition.cases.compactMap { result in
            WebSocketVersion(of: result).map { (version: $0, result: result) }
        }
        guard versions.contains(where: \.version.isDraft) else { return nil }
        caption = condition.heading
        rows = WebSocketVersion.allCases.flatMap { version in
            versions.filter { $0.version == version }.map { Self.row(version, $0.result, layers) }
        }
    }

    private static func row(_ version: WebSocketVersion, _ result: CaseResult, _ layers: [LayerRow]) -> [String] {
        let repeats = Set(result.bytes.rows.map(\.repetition))
        let own = layers.filter { $0.caseID == result.caseID && repeats.contains($0.repetition) }
        let clients = result.hasValidBytes ? result.bytes.sum(\.clients) : nil
        let delivered = result.hasValidBytes ? result.bytes.sum(\.received) : nil
        return [
            version.rawValue, version.published, version.firstBrowsers,
            mean(own.filter { $0.layer == "handshake" && $0.direction == "up" }, over: clients),
            mean(own.filter { $0.layer == "handshake" && $0.direction == "down" }, over: clients),
            mean(own.filter { $0.layer == "ws_frame_header" }, over: delivered),
            mean(own.filter { $0.layer == "ws_control" || $0.layer == "ws_mask" }, over: clients),
        ]
    }

    private static func mean(_ rows: [LayerRow], over count: Int?) -> String {
        guard let count, count > 0, !rows.isEmpty else { return Figure.missing }
        return Figure.significant(rows.reduce(0) { $0 + Double($1.bytes) } / Double(count))
    }
}

extension WebSocketVersion {
    /// The version in the variant of a case: `version-hixie-76`.
    init?(of result: CaseResult) {
        guard result.transport == WebSocketPush.name else { return nil }
        let version = Self.allCases.first {
            "-\(result.variant)-".contains("-\(WebSocketPush.version.option.name)-\($0.rawValue)-")
        }
        guard let version else { return nil }
        self = version
    }
}

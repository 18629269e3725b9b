import ResultFiles
import Transports
import WebSocketDrafts

/// What each version of WebSocket costs, for a condition in which drafts took part.
struct DraftTable: Equatable {
    static let title = "WebSocket through the drafts"
    static let heads = [
        "version", "published", "first browsers", "handshake up, B a client", "handshake down, B a client",
        "frame headers, B an item", "closing, B a client",
    ]
    /// How many of the first columns hold words.
    static let wordColumns = 3
    static let note =
        "Each client sends as little as its version allows a program: the hixie drafts demand an Origin and answer "
        + "with it and the URL; from hybi on an origin is a browser's to send. Closing is every control frame with its "
        + "mask; hixie-75 ends with its TCP connection. Only rows with valid bytes; several repeats are pooled."

    let caption: String
    /// The oldest version first; as many cells as ``heads``.
    let rows: [[String]]

    /// A table for each condition that a draft took part in; empty in most folders.
    static func all(_ folder: ReportFolder) -> [DraftTable] {
        folder.conditions.compactMap { DraftTable($0, folder.layers) }
    }

    private init?(_ condition: Condition, _ layers: [LayerRow]) {
        let versions = condition.cases.compactMap { result in
            WebSocketVersion(of: result).map { (version: $0, result: result) }
        }
        guard versions.contains(where: \.version.isDraft) else { return nil }
        caption = condition.title
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
    /// The version that a case says it speaks, in its variant: `version-hixie-76`.
    init?(of result: CaseResult) {
        guard result.transport == WebSocketPush.name else { return nil }
        let spoken = Self.allCases.first {
            "-\(result.variant)-".contains("-\(WebSocketPush.version.option.name)-\($0.rawValue)-")
        }
        guard let spoken else { return nil }
        self = spoken
    }
}

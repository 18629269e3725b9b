import Foundation
import Measurement
import Transports

/// What a page does: the script with the settings of one client.
struct PageTask {
    /// The JavaScript that sets up a page.
    let expression: String

    private struct Settings: Encodable {
        let transport: String
        let path: String
        let query: String
        let cursor: UInt64
        /// Time between two polls, ms.
        let interval: Int64
        /// The client's place in that interval, 0 up to 1.
        let phase: Double
        let subprotocols: [String]
    }

    init(_ plan: LoadPlan, _ transport: any ClientTransport.Type, client: Int) {
        let settings = Settings(
            transport: transport.name, path: plan.dialect.target ?? transport.entrance.text,
            query: Self.query(plan, transport), cursor: plan.cursor,
            interval: max(1, plan.options[ShortPolling.interval].nanoseconds / 1_000_000),
            phase: Double(client) / Double(max(1, plan.clients)),
            subprotocols: Self.subprotocols(plan))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let json = (try? encoder.encode(settings)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
        expression = "window.pushlab = (\(Self.function))(\(json)); \"\""
    }

    /// The script without its comment, which would hide the parenthesis.
    private static let function: String = {
        let text = String(decoding: PackageResources.receive_js, as: UTF8.self)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).drop { $0.hasPrefix("//") }
        return lines.joined(separator: "\n")
    }()

    private static func query(_ plan: LoadPlan, _ transport: any ClientTransport.Type) -> String {
        guard transport.pacing == .serverHold, plan.dialect.target == nil else { return "" }
        return "&hold=\(plan.options[LongPolling.hold].nanoseconds / 1_000_000)ms"
    }

    private static func subprotocols(_ plan: LoadPlan) -> [String] {
        switch plan.dialect.subprotocol {
        case .own: [WebSocketPush.textSubprotocol]
        case .none: []
        case .named(let name): [name]
        }
    }
}

import Foundation
import Measurement
import Testing
import Transports
import WireAccounting

@testable import FeedServer

@Suite("The Grafana dashboard")
struct GrafanaTests {
    private static let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Scenarios/grafana.json")

    @Test("each query names metrics and labels that the server has")
    func queries() throws {
        let metrics = PrometheusText.text(of: Self.status)
        let names = Set(metrics.matches(of: /(?m)^(pushlab_[a-z0-9_]+)/).map { String($0.1) })
        let labels = Set(metrics.matches(of: /([a-z]+)="/).map { String($0.1) })
        let queries = try Self.queries()
        #expect(queries.count > 10)
        for query in queries {
            let used = query.matches(of: /pushlab_[a-z0-9_]+/).map { String($0.0) }
            #expect(!used.isEmpty, "\(query)")
            for name in used { #expect(names.contains(name), "\(name) in \(query)") }
            for list in query.matches(of: /by \(([^)]*)\)/) {
                for label in list.1.split(separator: ", ") { #expect(labels.contains(String(label)), "\(query)") }
            }
        }
    }

    private static func queries() throws -> [String] {
        let dashboard = try JSONSerialization.jsonObject(with: try Data(contentsOf: file)) as? [String: Any]
        let panels = dashboard?["panels"] as? [[String: Any]] ?? []
        return panels.flatMap { panel in
            (panel["targets"] as? [[String: Any]] ?? []).compactMap { $0["expr"] as? String }
        }
    }

    private static var status: ServerStatus {
        var status = ServerStatus()
        status.residentBytes = 1
        var bytes = ByteLedger()
        bytes.book(1, .payload, .down)
        status.transports = [
            TransportStatus(
                transport: "sse", connections: 1, requests: 1, items: 1, laneBytes: bytes, handover: BucketHistogram())
        ]
        return status
    }
}

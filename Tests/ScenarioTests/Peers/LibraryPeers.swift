import Foundation
import Scenario

/// The third-party servers in `Scenarios/peers`.
struct LibraryPeers: PeerSource {
    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Scenarios/peers")

    var names: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: Self.folder.path)) ?? []
        return names.filter { read($0) != nil }.sorted()
    }

    func text(of name: String) -> PeerText? {
        read(name).map { PeerText($0, file: "Scenarios/peers/\(name)/peer.yaml") }
    }

    private func read(_ name: String) -> String? {
        try? String(contentsOf: Self.folder.appending(path: "\(name)/peer.yaml"), encoding: .utf8)
    }
}

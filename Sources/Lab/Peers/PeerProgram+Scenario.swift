import Foundation
import Scenario

extension PeerProgram {
    /// A third-party server of a scenario.
    ///
    /// - Parameters:
    ///   - peer: The server as its `peer.yaml` describes it.
    ///   - working: The absolute path of the working directory. What is built, and Python packages, are below it in
    ///     `.build/peers`, where `Scenarios/run.sh` installs them.
    init(_ peer: Scenario.Peer, in working: String = FileManager.default.currentDirectoryPath) {
        let folder = peer.folder.hasPrefix("/") ? peer.folder : "\(working)/\(peer.folder)"
        self.init(
            name: peer.name, title: peer.title, folder: folder, buildFolder: "\(working)/.build/peers/\(peer.name)",
            python: "\(working)/.build/peers/venv/bin/python",
            installation: Installation(
                debian: peer.install.apt, pypi: peer.install.pypi, programs: peer.install.commands),
            version: peer.version, build: peer.build, start: peer.start, environment: peer.environment,
            ready: ReadyRule(peer.ready), ports: peer.ports, items: ItemsRoute(peer.items),
            dialects: Dictionary(
                uniqueKeysWithValues: peer.transports.compactMap { name in
                    peer.dialect(for: name).map { (name, $0) }
                }))
    }
}

extension PeerProgram.ReadyRule {
    fileprivate init(_ ready: Scenario.Peer.Ready) {
        switch ready {
        case .port: self = .port
        case .line(let pattern): self = .line(pattern)
        }
    }
}

extension PeerProgram.ItemsRoute {
    fileprivate init(_ source: Scenario.Peer.ItemSource) {
        switch source {
        case .stdin: self = .standardInput
        case .post(let url, let type): self = .post(url: url, type: type)
        case .redis(let url): self = .redis(url: url)
        }
    }
}

import Host
import Measurement
import Scenario

/// The third-party servers in the folder `peers` next to a scenario, and in that of the installed scenarios.
package struct PeerFolders: PeerSource {
    /// The folder's name.
    static let name = "peers"

    private static let file = "peer.yaml"

    // A server in the first folder hides that of the same name in the second.
    private let folders: [String]

    /// - Parameters:
    ///   - scenario: Path of the scenario's file.
    ///   - installed: The folder of the installed servers; `nil` without one.
    package init(nextTo scenario: String, installed: String? = nil) {
        let own = scenario.lastIndex(of: "/").map { scenario[...$0] + Self.name } ?? Self.name[...]
        folders = [String(own), installed].compactMap { $0 }
    }

    package var names: [String] {
        let all = folders.flatMap { folder in
            (TextFile.folderEntries(folder) ?? []).filter {
                !$0.hasPrefix(".") && PathKind(Self.path($0, in: folder)) == .file
            }
        }
        return Set(all).sorted()
    }

    package func text(of name: String) throws(UnreadablePeer) -> PeerText? {
        guard let path = folders.map({ Self.path(name, in: $0) }).first(where: { PathKind($0) != .missing }) else {
            return nil
        }
        let bytes: [UInt8]
        do throws(FileFault) {
            bytes = try TextFile.readBytes(path)
        } catch {
            throw UnreadablePeer(description: "\(error)")
        }
        if let line = InvalidText.line(in: bytes) {
            throw UnreadablePeer(description: "\(path):\(line): the line is not UTF-8 text; save the file as UTF-8")
        }
        return PeerText(String(decoding: bytes, as: UTF8.self), file: path)
    }

    private static func path(_ name: String, in folder: String) -> String { "\(folder)/\(name)/\(file)" }
}

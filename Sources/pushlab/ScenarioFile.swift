import Arguments
import Host
import Lab
import Measurement
import Scenario

/// A scenario from a file or an installed one, with the changes of the command line.
struct ScenarioFile {
    let path: String
    let text: String
    let scenario: Scenario
    /// The third-party servers that it can name.
    let peers: PeerFolders

    /// - Throws: ``Failure`` with exit code 2: one line per mistake, with file and line.
    init(_ name: String, overrides: [String]) throws {
        let installed = InstalledScenarios(program: try Executables.own())
        guard let path = installed.file(name) else {
            throw Failure(Self.refusal(of: name, installed: installed.names), code: .usage)
        }
        self.path = path
        peers = PeerFolders(nextTo: path, installed: installed.peers)
        do {
            let bytes = try TextFile.readBytes(path)
            if let line = InvalidText.line(in: bytes) {
                throw Failure("\(path):\(line): the line is not UTF-8 text; save the file as UTF-8", code: .usage)
            }
            text = String(decoding: bytes, as: UTF8.self)
            scenario = try Scenario(text: text, file: path, overrides: overrides, peers: peers)
        } catch let fault as FileFault {
            throw Failure("\(fault)", code: .usage)
        } catch let errors as ScenarioErrors {
            throw Failure("\(errors)", code: .usage)
        }
    }

    private static func refusal(of name: String, installed: [String]) -> String {
        if PathKind(name) == .folder {
            let files = (TextFile.folderEntries(name) ?? []).filter { $0.hasSuffix(".yaml") }.sorted()
            let example = (files.first { $0 == "quickstart.yaml" } ?? files.first).map { ", such as \(name)/\($0)" }
            return "\(name) is a folder; give a YAML file\(example ?? "")"
        }
        if name.contains("/") || name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
            return FileFault.missing(name).description
        }
        let list = installed.isEmpty ? "none installed" : installed.joined(separator: ", ")
        return "\(name): no such scenario; looked for \(name), \(name).yaml and the installed scenarios (\(list))"
            + Spelling.suggestion(for: name, among: installed)
    }
}

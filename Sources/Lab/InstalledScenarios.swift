import Foundation

/// The scenarios that a package installed in `share/pushlab/scenarios`, next to the `bin` folder of the program.
package struct InstalledScenarios: Sendable {
    private let folder: String

    /// - Parameter program: Path of the running program.
    package init(program: String) {
        let prefix = URL(fileURLWithPath: program).deletingLastPathComponent().deletingLastPathComponent()
        folder = prefix.appendingPathComponent("share/pushlab/scenarios").path
    }

    /// Finds a scenario: the file `name`, else `name.yaml` in the current folder, else an installed scenario.
    ///
    /// - Returns: `nil` if none of the three exists.
    package func file(_ name: String, isFile: (String) -> Bool = isFile) -> String? {
        if isFile(name) { return name }
        if name.contains("/") { return nil }
        let file = name.hasSuffix(".yaml") ? name : name + ".yaml"
        return [file, "\(folder)/\(file)"].first(where: isFile)
    }

    /// The names of all installed scenarios, sorted.
    package var names: [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(".yaml".count)) }.sorted()
    }

    /// The folder of the installed third-party servers, whether there is one or not.
    package var peers: String { "\(folder)/\(PeerFolders.name)" }

    /// Follows symbolic links; false for a folder and for what the process may not look at.
    package static func isFile(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
    }
}

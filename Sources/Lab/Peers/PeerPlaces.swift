import Foundation
import Host

/// What the placeholders in the commands of a third-party server mean, and where its programs are.
struct PeerPlaces: Sendable, Equatable {
    let program: PeerProgram
    /// The ports of this run; empty for the commands that need none.
    var ports: [Int] = []

    // Debian installs servers such as nginx in these folders, which are not in the PATH of ordinary users.
    private static let systemFolders = ["/usr/sbin", "/usr/local/sbin"]

    /// A command, or a URL, with its placeholders replaced: `{port}`, `{port2}`, …, `{folder}`, `{build}`, `{python}`.
    /// Other text in braces stays.
    func expanded(_ text: String) -> String {
        var result = text
        for (index, port) in ports.enumerated() {
            result = result.replacing(index == 0 ? "{port}" : "{port\(index + 1)}", with: "\(port)")
        }
        result = result.replacing("{folder}", with: program.folder)
        result = result.replacing("{build}", with: program.buildFolder)
        return result.replacing("{python}", with: program.python)
    }

    /// A command with its placeholders replaced, and the path of its program.
    ///
    /// - Throws: ``PeerFault/missing(program:installation:)``.
    func command(_ words: [String]) throws(PeerFault) -> [String] {
        let words = words.map(expanded)
        guard let name = words.first else { return [] }
        guard let path = path(of: name) else {
            throw .missing(program: name, installation: program.installation)
        }
        return [path] + words.dropFirst()
    }

    /// - Throws: ``PeerFault/missing(program:installation:)`` if the program that the installation names is missing.
    func checkInstalled() throws(PeerFault) {
        guard let name = program.installation.programs.first(where: { path(of: $0) == nil }) else { return }
        throw .missing(program: name, installation: program.installation)
    }

    /// The variables that differ from those of the lab.
    ///
    /// - Parameters:
    ///   - marker: For processes that have to be found again; `nil` for none.
    ///   - scratch: The folder for temporary files; `nil` for that of the lab.
    /// - Returns: By name.
    func environment(_ marker: ProcessMarker? = nil, scratch: String? = nil) -> [String: String] {
        var variables = program.environment.mapValues(expanded)
        if variables["PATH"] == nil { variables["PATH"] = Self.searchPath }
        if let scratch { variables["TMPDIR"] = scratch }
        if let marker { variables[marker.name] = marker.value }
        return variables
    }

    /// - Returns: `nil` if the program does not exist, or this user may not run it.
    private func path(of name: String) -> String? {
        if name.contains("/") {
            let path = name.hasPrefix("/") ? name : "\(program.folder)/\(name)"
            return Self.isExecutable(path) ? path : nil
        }
        return Self.searchPath.split(separator: ":").map { "\($0)/\(name)" }.first(where: Self.isExecutable)
    }

    private static func isExecutable(_ path: String) -> Bool {
        PathKind(path) == .file && FileManager.default.isExecutableFile(atPath: path)
    }

    private static var searchPath: String {
        let own = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        let folders = own.split(separator: ":").map(String.init)
        return (folders + systemFolders.filter { !folders.contains($0) }).joined(separator: ":")
    }
}

import Foundation
import Subprocess
import SystemPackage

/// A program of a Debian package that the lab starts: its names, and how to find it on this machine.
struct InstalledProgram: Sendable, Equatable {
    /// Its name in sentences and in the manifest's `versions`.
    let name: String
    /// The Debian package that has the program, without a service if there is one like that.
    let package: String
    /// The name of the program's file.
    let executable: String
    /// The arguments with which it prints its version.
    let versionArguments: [String]
    /// The text before the version in what it prints; empty if it prints the version first.
    let versionMark: String
    /// What a line of its output has if it says why the program ended.
    var complaintMark = ""
    /// Whether it prints other lines too when nothing is wrong.
    var printsOtherLines = false

    // Debian installs servers in /usr/sbin, which is not in the PATH of ordinary users.
    private static let systemFolders = ["/usr/sbin", "/usr/local/sbin"]

    /// The path of the program; `nil` if it is not installed.
    var path: String? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let folders = path.split(separator: ":").map(String.init) + Self.systemFolders
        return folders.map { "\($0)/\(executable)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// - Returns: `nil` if the program is not installed or its version is unknown.
    func version() async -> String? {
        guard let path else { return nil }
        // nginx prints its version to standard error, the others to standard output.
        let outcome = try? await Subprocess.run(
            .path(FilePath(path)), arguments: .init(versionArguments), output: .string(limit: 4_096),
            error: .string(limit: 4_096))
        return version(in: (outcome?.standardOutput ?? "") + (outcome?.standardError ?? ""))
    }

    /// The version in what the program prints: the word after ``versionMark``, without a `v` before the number.
    ///
    /// - Returns: `nil` for a text without a version.
    func version(in text: String) -> String? {
        var rest = Substring(text)
        if !versionMark.isEmpty {
            guard let mark = text.range(of: versionMark) else { return nil }
            rest = text[mark.upperBound...]
        }
        let word = rest.prefix { !$0.isWhitespace }
        let version = word.first == "v" ? word.dropFirst() : word
        return version.first?.isNumber == true ? String(version) : nil
    }

    /// Why the program ended: the first line of its output that says so, else the first line, if it prints a line only
    /// when something is wrong.
    func complaint(in output: String) -> String {
        let lines = output.split(separator: "\n").map(String.init)
        let marked = lines.first { $0.contains(complaintMark) && !complaintMark.isEmpty }
        return marked ?? (printsOtherLines ? "" : lines.first ?? "")
    }
}

import Foundation
import Subprocess

/// The Git repository that contains a program.
struct WorkingTree: Equatable, Sendable {
    let revision: String
    /// Whether files differ from the revision, including new files.
    let isDirty: Bool

    /// - Parameter program: Path of an executable below the repository's folder.
    /// - Returns: `nil` if there is no repository or git is not installed.
    static func of(_ program: String) async -> WorkingTree? {
        guard let folder = repository(above: program),
            let revision = await git("rev-parse", "HEAD", in: folder),
            let changes = await git("status", "--porcelain", in: folder)
        else { return nil }
        return WorkingTree(revision: revision, isDirty: !changes.isEmpty)
    }

    private static func repository(above program: String) -> String? {
        var folder = URL(fileURLWithPath: program).deletingLastPathComponent()
        while folder.path != "/" {
            // `.git` is a folder in a clone and a file in a linked working tree.
            if FileManager.default.fileExists(atPath: folder.appendingPathComponent(".git").path) { return folder.path }
            folder.deleteLastPathComponent()
        }
        return nil
    }

    private static func git(_ arguments: String..., in folder: String) async -> String? {
        // Do not lock or rewrite the index: the repository may be in use.
        let outcome = try? await Subprocess.run(
            .name("git"), arguments: Arguments(["--no-optional-locks", "-C", folder] + arguments),
            output: .string(limit: 1 << 20), error: .discarded)
        guard let outcome, outcome.terminationStatus.isSuccess else { return nil }
        return outcome.standardOutput.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

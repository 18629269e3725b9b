import Foundation
import Subprocess

/// The repository that a program was built in, if it is still in one.
struct WorkingTree: Equatable, Sendable {
    let revision: String
    /// Whether files differ from the revision, new ones included.
    let isDirty: Bool

    /// - Parameter program: Path of an executable below the repository's folder.
    /// - Returns: `nil` if there is no repository, or no git to read it.
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
            // A folder in a clone, a file in a linked working tree.
            if FileManager.default.fileExists(atPath: folder.appendingPathComponent(".git").path) { return folder.path }
            folder.deleteLastPathComponent()
        }
        return nil
    }

    private static func git(_ arguments: String..., in folder: String) async -> String? {
        // Reading must not lock or rewrite the index of a repository that somebody works in.
        let outcome = try? await Subprocess.run(
            .name("git"), arguments: Arguments(["--no-optional-locks", "-C", folder] + arguments),
            output: .string(limit: 1 << 20), error: .discarded)
        guard let outcome, outcome.terminationStatus.isSuccess else { return nil }
        return outcome.standardOutput.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

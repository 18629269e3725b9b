import Foundation
import Testing

@testable import Lab

@Suite("The revision that a program was built from")
struct WorkingTreeTests {
    @Test("a clean repository above the program, then one with a new file")
    func repository() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tree-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(
            at: folder.appendingPathComponent("build/release"), withIntermediateDirectories: true)
        let program = folder.appendingPathComponent("build/release/program").path
        #expect(await WorkingTree.of(program) == nil)
        let identity = ["-c", "user.name=test", "-c", "user.email=test@example.org"]
        guard try git(["init", "--quiet"], in: folder) else { return print("NOT RUN: git is not installed") }
        #expect(try git(identity + ["commit", "--quiet", "--allow-empty", "--message", "first"], in: folder))
        let clean = try #require(await WorkingTree.of(program))
        #expect(clean.revision.count == 40)
        #expect(!clean.isDirty)
        try Data().write(to: folder.appendingPathComponent("new"))
        #expect(await WorkingTree.of(program) == WorkingTree(revision: clean.revision, isDirty: true))
    }

    @Test("a program outside a repository has no revision")
    func none() async {
        #expect(await WorkingTree.of("/bin/true") == nil)
    }

    private func git(_ arguments: [String], in folder: URL) throws -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["git", "-C", folder.path] + arguments
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}

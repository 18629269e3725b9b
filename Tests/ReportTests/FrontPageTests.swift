import Foundation
import ResultFiles
import Testing

@testable import Report

@Suite("The front page shows the reference runs")
struct FrontPageTests {
    private static let top = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private static func lines() throws -> [String] {
        try String(contentsOf: top.appending(path: "README.md"), encoding: .utf8)
            .split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    }

    private static func folder(_ name: String) throws -> ReportFolder {
        try ReportFolder(directory: top.appending(path: "Results/reference/\(name)").path)
    }

    @Test(
        "A row per claim has its statement, the published range, the measured value with its interval, and the verdict",
        arguments: [
            "headers-per-poll", "bytes-per-frame", "header-ratio", "wire-per-poll", "wire-per-push", "wire-ratio",
        ])
    func claim(id: String) throws {
        let claim = try #require(Self.folder("quantum-leap").claims.first { $0.claimID == id })
        let figures = ClaimFigures(claim)
        let origin = figures.bounds.origin == "published" ? "" : " (\(figures.bounds.origin))"
        let row =
            "| \(claim.statement) | \(figures.bounds.text)\(origin) | \(figures.measured) (\(figures.interval)) | "
            + "\(figures.verdict) |"
        #expect(try Self.lines().contains(row), "README.md lacks: \(row)")
    }

    @Test("It shows three plots of reference runs")
    func plots() throws {
        let images = try Self.lines().filter { $0.hasPrefix("![") && $0.contains("/plots/") }
        #expect(images.count == 3)
        for image in images {
            let path = image.drop { $0 != "(" }.dropFirst().prefix { $0 != ")" }
            #expect(path.hasPrefix("Results/reference/"))
            #expect(FileManager.default.fileExists(atPath: Self.top.appending(path: String(path)).path), "\(path)")
        }
    }

    @Test("It names the processor, its cores, the kernel and the revision of the Quantum Leap run")
    func machine() throws {
        let manifest = try #require(Self.folder("quantum-leap").manifest)
        let machine = try #require(manifest.environment["machine"])
        let model = try #require(machine["cpu_model"])
        let cores = try #require(machine["cpus_online"])
        let kernel = try #require(machine["kernel"]).split(separator: ".").prefix(2).joined(separator: ".")
        let revision = try #require(manifest.versions["git_revision"]).prefix(7)
        let words = "(\(model), \(cores) processors, Linux \(kernel), revision \(revision))"
        let shown = try Self.lines().joined(separator: " ")
        #expect(shown.contains(words), "README.md lacks: \(words)")
        #expect(manifest.versions["git_dirty"] == "no")
    }
}

import Foundation
import ResultFiles
import Testing

@testable import Report

@Suite("The front page shows the reference runs")
struct FrontPageTests {
    @Test(
        "A row per claim has its statement, the published range, the measured value with its interval, and the verdict",
        arguments: [
            "headers-per-poll", "bytes-per-frame", "header-ratio", "wire-per-poll", "wire-per-push", "wire-ratio",
        ])
    func claim(id: String) throws {
        let folder = try ReportFolder(directory: Readme.reference("quantum-leap"))
        let claim = try #require(folder.claims.first { $0.claimID == id })
        let figures = ClaimFigures(claim)
        let cells = [claim.statement, figures.boundsWithOrigin, figures.measuredWithInterval, figures.verdict]
        let row = "| \(cells.joined(separator: " | ")) |"
        #expect(!figures.interval.isEmpty)
        #expect(try Readme.lines().contains(row), "README.md lacks: \(row)")
    }

    @Test("It shows three plots of reference runs")
    func plots() throws {
        let images = try Readme.lines().filter { $0.hasPrefix("![") && $0.contains("/plots/") }
        #expect(images.count == 3)
        for image in images {
            let path = image.drop { $0 != "(" }.dropFirst().prefix { $0 != ")" }
            #expect(path.hasPrefix("Results/reference/"))
            #expect(FileManager.default.fileExists(atPath: Readme.path(String(path))), "\(path)")
        }
    }

    @Test("It names the processor, its cores, the kernel and the revision of the Quantum Leap run")
    func machine() throws {
        let manifest = try #require(ReportFolder(directory: Readme.reference("quantum-leap")).manifest)
        let machine = try Readme.machine(manifest)
        let revision = try #require(manifest.versions["git_revision"]).prefix(7)
        let words =
            "(\(machine.model), \(machine.processors) processors, Linux \(machine.kernel), revision \(revision))"
        #expect(try Readme.text().contains(words), "README.md lacks: \(words)")
        #expect(manifest.versions["git_dirty"] == "no")
    }
}

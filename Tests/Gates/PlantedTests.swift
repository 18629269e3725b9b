import Foundation
import Testing

/// Copied into two test targets by run.sh of this folder; `PUSHLAB_PLANTED` chooses what goes wrong.
private let planted = ProcessInfo.processInfo.environment["PUSHLAB_PLANTED"]

@Suite("Planted by Tests/Gates/run.sh")
struct PlantedTests {
    @Test("a test that fails, or ends the process")
    func fault() {
        #expect(planted != "failure")
        if planted == "trap" { fatalError("planted") }
    }
}

@Test("a test that belongs to no suite")
func plantedOutside() {
    #expect(planted != "outside")
}

import Foundation
import Testing

/// The `run.sh` of this folder copies this file into two test targets; `PUSHLAB_PLANTED` selects the fault.
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

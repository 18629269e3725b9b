import ResultFiles
import Testing

@testable import Report

@Suite("Numbers of cases, which choose their dashes")
struct CaseNumbersTests {
    @Test("in panels with one legend, a label keeps its number and another one gets the next")
    func panels() throws {
        var skipping = Rows.summary("websocket")
        (skipping.variant, skipping.caseID) = ("skip", "replay-host_100-clients_websocket_skip")
        let results = try Rows.folder([Rows.summary("websocket"), skipping]).conditions.flatMap(\.cases)
        var numbers = CaseNumbers(results)
        #expect((results + results).map { numbers.number($0) } == [0, 1, 0, 1])
    }
}

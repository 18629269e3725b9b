import Scenario
import Testing

@testable import Lab

@Suite("What the repeats of a scenario are too few for")
struct RepeatNotesTests {
    private func notes(repeats: Int) throws -> [String] {
        let text = """
            name: x
            feeds: [{source: synthetic}]
            transports: [{use: sse}]
            repeats: \(repeats)
            claims: [{id: fast, source: s, statement: t, quantity: sse.latency_p50_us, published: 1ms}]
            """
        return ScenarioRun(try Scenario(text: text, file: "x.yaml"), text: text).repeatNotes
    }

    @Test("below 6 repeats claims are judged without an interval, which is said with their names")
    func claims() throws {
        let sentence =
            "the claims are judged without an interval, so all repeats have to agree; with 6 repeats they have one: "
            + "fast"
        #expect(try notes(repeats: 5).contains(sentence))
        #expect(try !notes(repeats: 6).contains { $0.contains("claims") })
    }

    @Test("cases are compared where nothing but the transport differs, as in the report")
    func conditions() throws {
        func note(_ line: String) throws -> String? {
            let text = """
                name: x
                feeds: [{source: synthetic}]
                transports: [{use: sse}, {use: websocket}, {use: long-poll}]
                \(line)
                """
            let run = ScenarioRun(try Scenario(text: text, file: "x.yaml"), text: text)
            return run.repeatNotes.first { $0.contains("no difference between two cases") }
        }
        for line in ["repeats: 1", "clients: [1, 2]", "duration: [1s, 2s]", "slow-clients: [0%, 50%]"] {
            #expect(try note(line)?.hasSuffix("for 3 cases under one condition") == true, "\(line)")
        }
    }
}

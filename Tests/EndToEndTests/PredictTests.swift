import Foundation
import ResultFiles
import Testing

@Suite("pushlab predict, advise and claims")
struct PredictTests {
    @Test("any number of clients is answered on paper, for programs too")
    func millions() throws {
        let scratch = try Scratch()
        let scenario = try scratch.write("small.yaml", SmallScenario.text(transports: ["websocket"]))
        let ending = try Tool.pushlab("predict", scenario, "--clients", "10000000", "--format", "csv")
        #expect(ending.code == 0, "\(ending.complaint)")
        let rows = try PredictionRow.table.rows(from: ending.output, file: "predictions.csv")
        #expect(rows.first { $0.quantity == "connects" }?.value == 10_000_000)
        #expect(rows.contains { $0.quantity == "down.ws_frame_header" && $0.formula == "layer-bytes" })
    }

    @Test("a run has the predicted bytes in every layer, its claims have verdicts, and another scenario differs")
    func claims() throws {
        let scratch = try Scratch()
        let claims = """
            claims:
              - id: frame
                source: RFC 6455 §5.2
                statement: A frame of up to 125 B has a header of 2 B, a longer one 4 B.
                quantity: websocket.down.ws_frame_header / (websocket.delivered + websocket.delivered_after_window)
                published: [2B, 4B]
              - id: nothing
                source: none
                statement: Polling needs no headers.
                quantity: short-poll.up.http_head / short-poll.requests
                published: {at-most: 1B}

            """
        let text = SmallScenario.text(transports: ["short-poll, interval: 100ms", "websocket"]) + claims
        let scenario = try scratch.write("small.yaml", text)
        let ending = try Tool.pushlab("run", scenario, "--out", scratch.path("out"))
        #expect(ending.code == 0, "\(ending.complaint)")
        #expect(ending.output.contains("Published claims"))
        let rows = try ClaimRow.table.rows(from: scratch.read("out/claims.csv") ?? "", file: "claims.csv")
        #expect(rows.map(\.verdict) == ["holds", "fails"])
        #expect(rows.allSatisfy { $0.predicted != nil && !$0.reason.isEmpty })
        let exact = try Tool.pushlab("predict", scenario, "--counts", scratch.path("out"))
        #expect(exact.code == 0, "\(exact.output)")
        #expect(exact.output.contains("2 of 2 runs have the predicted bytes"))
        let other = try scratch.write("other.yaml", text.replacing("payload: 64B", with: "payload: 65B"))
        let wrong = try Tool.pushlab("predict", other, "--counts", scratch.path("out"))
        #expect(wrong.code == 4)
    }

    @Test("the command that advise prints works when pasted")
    func advice() throws {
        let ending = try Tool.pushlab(
            "advise", "--rate", "10/s", "--payload", "128B", "--clients", "5000", "--rtt", "20ms", "--age", "1s")
        #expect(ending.code == 0, "\(ending.complaint)")
        let command = try #require(ending.output.range(of: "file=$(mktemp"))
        let script = String(ending.output[command.lowerBound...]).replacing(
            " run \"$file\"", with: " validate \"$file\"")
        let shell = try Tool.Running("/bin/bash", ["-e", "-c", script], folder: nil).wait()
        #expect(shell.code == 0, "\(shell.complaint)")
        #expect(shell.output.contains("2 cases"))
    }

    @Test("wrong options give one sentence")
    func faults() throws {
        #expect(try Tool.pushlab("advise", "--rate", "10", "--age", "1s").code == 2)
        let missing = try Tool.pushlab("predict", "nowhere.yaml")
        #expect(missing.code == 2)
        #expect(missing.complaint.split(separator: "\n").count == 1)
    }
}

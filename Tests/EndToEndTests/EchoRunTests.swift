import Foundation
import ResultFiles
import Testing

@Suite("pushlab run with an echo scenario")
struct EchoRunTests {
    @Test("byte totals match the kernel's count, and the output shows round trips")
    func wholeRun() throws {
        let scratch = try Scratch()
        let scenario = try scratch.write(
            "echo.yaml",
            """
            name: echo
            send: {rate: 20/s, payload: 64B}
            clients: 5
            transports:
              - {use: websocket}
              - {use: http-post}
              - {use: http-post, tls: true}
            warmup: 0s
            duration: 1s
            seed: 3

            """)
        let ending = try Tool.pushlab("run", scenario, "--out", scratch.path("out"))
        #expect(ending.code == 0, "\(ending.complaint)")
        #expect(ending.output.contains("trip p50"))
        let words = ending.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(words.contains("median round trip"))
        let rows = try SummaryRow.table.rows(from: scratch.read("out/summary.csv") ?? "", file: "summary.csv")
        #expect(rows.map(\.transport) == ["websocket", "http-post", "http-post"])
        for row in rows {
            #expect(row.valid == true, "\(row.invalidReason ?? "")")
            #expect(row.workload == .echo)
            #expect(row.published == 20)
            #expect(row.expected == 100)
            #expect(row.unique == 100)
            #expect(row.payloadBytesTotal == 2 * 100 * 64)
            #expect(row.conserved == true)
            #expect(row.kernelTCPBytesUp == row.serverKernelTCPBytesUp)
            #expect(row.kernelTCPBytesDown == row.serverKernelTCPBytesDown)
            #expect(row.latencySamples == 100)
            #expect(row.stalenessMeanMicroseconds == nil)
            #expect(row.publisherLagP99Microseconds == nil)
        }
        let layers = try LayerRow.table.rows(from: scratch.read("out/layers.csv") ?? "", file: "layers.csv")
        let masks = layers.filter { $0.layer == "ws_mask" && $0.transport == "websocket" }
        // Four bytes per message, and four for the Close of each client.
        #expect(masks.map { [$0.direction: $0.bytes] } == [["up": 4 * (100 + 5)], ["down": 0]])
    }
}

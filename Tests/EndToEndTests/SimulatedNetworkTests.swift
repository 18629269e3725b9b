import Foundation
import Glibc
import ResultFiles
import Testing

@Suite("pushlab through a simulated network")
struct SimulatedNetworkTests {
    private static let uses = [
        "raw-tcp", "websocket, label: plain", "websocket, label: tls, tls: true", "websocket, label: http2, http: 2",
        "sse, label: plain", "sse, label: tls, tls: true", "sse, label: http2, http: 2-shared", "http-stream",
        "long-poll, label: plain", "long-poll, label: tls, tls: true", "long-poll, label: http2, http: 2",
        "long-poll, label: new, connection: new", "short-poll, label: plain, interval: 250ms",
        "short-poll, label: new-tls, interval: 250ms, connection: new, tls: true",
    ]

    @Test("no item is earlier than half a round trip, and the bytes of both ends are equal")
    func wholeRun() throws {
        let rows = try Self.run(network: "rtt=40ms", uses: Self.uses, exitCode: 0)
        #expect(rows.count == Self.uses.count)
        for row in rows {
            #expect(row.bytesValid == true, "\(row.caseID): \(row.invalidReason ?? "")")
            #expect(row.conserved == true)
            #expect((row.network, row.roundTripMilliseconds) == ("rtt=40ms", 40))
            #expect(row.caseID.contains("_rtt-40ms_"))
            #expect(row.missed == 0 && row.duplicate == 0 && row.reordered == 0 && row.errors == 0)
            #expect(try #require(row.latencyMinMicroseconds) >= 20_000, "\(row.caseID)")
            #expect((row.linkSwallowedBytesUp, row.linkSwallowedBytesDown) == (0, 0), "\(row.caseID)")
            #expect(row.serverKernelTCPBytesUp == row.kernelTCPBytesUp, "\(row.caseID)")
            #expect(row.serverKernelTCPBytesDown == row.kernelTCPBytesDown, "\(row.caseID)")
            #expect(row.linkAddedP50Microseconds != nil)
        }
    }

    @Test("a preset and nginx behind the network")
    func nginx() throws {
        let rows = try Self.run(network: "lte", uses: ["sse, through: nginx"], exitCode: 0)
        #expect(rows.count == 1)
        #expect(rows[0].bytesValid == true, "\(rows[0].invalidReason ?? "")")
        #expect((rows[0].bandwidthUp, rows[0].bandwidthDown) == (12_000_000, 12_000_000))
        #expect(try #require(rows[0].latencyMinMicroseconds) >= 35_000)
        #expect(rows[0].serverKernelTCPBytesDown == nil, "the server's connections are from nginx")
    }

    @Test("where the network resets connections, no item is lost, and what it swallowed explains the difference")
    func resets() throws {
        let uses = ["raw-tcp", "websocket", "sse", "http-stream", "long-poll", "short-poll, interval: 250ms"]
        let rows = try Self.run(network: "rtt=20ms,resets=400ms", uses: uses, exitCode: 0)
        #expect(rows.count == uses.count)
        for row in rows {
            #expect(row.bytesValid == true, "\(row.caseID): \(row.invalidReason ?? "")")
            #expect(row.missed == 0 && row.duplicate == 0 && row.errors == 0)
            guard let up = row.serverKernelTCPBytesUp, let down = row.serverKernelTCPBytesDown else { continue }
            #expect(row.kernelTCPBytesUp == up + (row.linkSwallowedBytesUp ?? 0), "\(row.caseID)")
            #expect(row.kernelTCPBytesDown == down - (row.linkSwallowedBytesDown ?? 0), "\(row.caseID)")
        }
        #expect(rows.contains { ($0.reconnects ?? 0) > 0 })
    }

    @Test("load measures a running server through a network")
    func load() throws {
        let scratch = try Scratch()
        let server = try MeasuredServer("--rate", "50/s")
        defer { server.stop() }
        let ending = try Tool.pushlab(
            "load", "--url", "http://127.0.0.1:\(server.port)", "--transport", "websocket", "--network",
            "rtt=30ms,loss=0%", "--clients", "3", "--duration", "1s", "--warmup", "0s", "--out", scratch.path("out"),
            "--quiet")
        let text = scratch.read("out/summary.csv") ?? ""
        let row = try #require(try SummaryRow.table.rows(from: text, file: "summary.csv").first, "\(ending.complaint)")
        #expect(row.bytesValid == true, "\(row.invalidReason ?? "")")
        #expect(row.network == "rtt=30ms,loss=0%")
        #expect(try #require(row.latencyMinMicroseconds) >= 15_000)
    }

    @Test("an impossible network: one sentence with file and line, or with the option")
    func impossible() throws {
        let scratch = try Scratch()
        let text = SmallScenario.text(transports: ["long-poll, hold: 100ms"]) + "network: {rtt: 100ms}\n"
        let scenario = try scratch.write("far.yaml", text)
        let ending = try Tool.pushlab("run", scenario, "--out", scratch.path("out"))
        #expect(ending.code == 2)
        #expect(
            ending.complaint == "\(scenario):11: network rtt=100ms: the round trip of 100 ms is not shorter than the "
                + "hold of long-poll, 100 ms; allowed is a round trip below the hold\n")
        let url = "http://127.0.0.1:1"
        let refused = try Tool.pushlab("load", "--url", url, "--transport", "sse", "--network", "loss=200%")
        #expect(refused.code == 2)
        #expect(refused.complaint.contains("loss is 200%; allowed 0% to 50%"))
    }

    private static func run(network: String, uses: [String], exitCode: Int32) throws -> [SummaryRow] {
        let scratch = try Scratch()
        let text = SmallScenario.text(transports: uses) + "network: \(network)\n"
        let scenario = try scratch.write("network.yaml", text)
        let endings = try Tool.undisturbed(scratch.path("out")) {
            [try Tool.pushlab("run", scenario, "--out", scratch.path("out"), "--quiet")]
        }
        #expect(endings[0].code == exitCode, "\(endings[0].complaint)")
        #expect(scratch.read("out/manifest.json")?.contains("\"simulated network\"") == true)
        return try SummaryRow.table.rows(from: scratch.read("out/summary.csv") ?? "", file: "summary.csv")
    }
}

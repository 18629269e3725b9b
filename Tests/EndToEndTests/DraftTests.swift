import Foundation
import Glibc
import ResultFiles
import Testing

@Suite("WebSocket drafts in pushlab run and load")
struct DraftTests {
    @Test("a scenario with drafts runs, and its report is reproducible byte for byte")
    func scenario() throws {
        let scratch = try Scratch()
        let versions = ["hixie-75", "hixie-76", "hybi-07", "hybi-10", "rfc6455"]
        let scenario = try scratch.write(
            "drafts.yaml",
            SmallScenario.text(transports: versions.map { "websocket, version: \($0), label: version-\($0)" }))
        let ending = try Tool.pushlab("run", scenario, "--out", scratch.path("out"))
        #expect(ending.code == 0, "\(ending.complaint)")
        let rows = try SummaryRow.table.rows(from: scratch.read("out/summary.csv") ?? "", file: "summary.csv")
        #expect(rows.map(\.variant) == versions.map { "version-\($0)" })
        for row in rows {
            #expect(row.conserved == true)
            #expect(row.unique == 95)
            #expect(row.kernelTCPBytesDown == row.serverKernelTCPBytesDown)
        }
        let names = ["report.md", "report.html"]
        let written = names.map { scratch.read("out/\($0)") }
        #expect(written[0]?.contains("| hixie-75 | 2010-02-04 | Chrome 4, Safari 5.0.0 |") == true)
        for name in names { try FileManager.default.removeItem(atPath: scratch.path("out/\(name)")) }
        #expect(try Tool.pushlab("report", scratch.path("out")).code == 0)
        #expect(names.map { scratch.read("out/\($0)") } == written)
    }

    @Test("load: the variant of a draft is its version")
    func load() throws {
        let scratch = try Scratch()
        let server = try Tool.start("pushlab-server", "--rate", "50/s", "--legacy-websocket")
        defer {
            server.signal(SIGTERM)
            _ = server.wait()
        }
        let line = try JSONSerialization.jsonObject(with: Data(server.firstLine.utf8)) as? [String: Any]
        let url = "http://127.0.0.1:\(try #require(line?["port"] as? Int))"
        let out = scratch.path("out")
        let endings = try Tool.undisturbed(out) {
            [
                try Tool.pushlab(
                    "load", "--url", url, "--transport", "websocket", "--websocket-version", "hixie-76", "--clients",
                    "3", "--duration", "1s", "--warmup", "0s", "--out", out, "--quiet")
            ]
        }
        #expect(endings[0].code == 0, "\(endings[0].complaint)")
        let rows = try SummaryRow.table.rows(from: scratch.read("out/summary.csv") ?? "", file: "summary.csv")
        #expect(rows.map(\.variant) == ["version-hixie-76"])
        #expect(scratch.read("out/report.md")?.contains("| hixie-76 | 2010-05-06 |") == true)
    }

    @Test(
        "an unknown version, and a transport without versions",
        arguments: [
            ("websocket", "--websocket-version is \"hixie-74\"; allowed rfc6455, hybi-10, hybi-07, hixie-76, hixie-75"),
            ("long-poll", "--websocket-version is an option of websocket, not of long-poll"),
        ])
    func badVersion(transport: String, sentence: String) throws {
        let ending = try Tool.pushlab(
            "load", "--url", "http://127.0.0.1:1", "--transport", transport, "--websocket-version", "hixie-74")
        #expect(ending.code == 2)
        #expect(ending.complaint.contains(sentence), "\(ending.complaint)")
    }

    @Test(
        "--legacy-websocket is allowed on every loopback address",
        arguments: ["127.0.0.1", "127.8.9.1", "::1", "localhost"])
    func loopback(host: String) throws {
        let server = try Tool.start("pushlab-server", "--legacy-websocket", "--host", host)
        let line = server.firstLine
        server.signal(SIGTERM)
        let ending = server.wait()
        guard !ending.complaint.contains("Cannot assign requested address") else {
            print("NOT RUN: this machine has no address \(host)")
            return
        }
        #expect(line.contains("listening"), "\(ending.complaint)")
        #expect(ending.code == 0)
    }
}

import Codecs
import Foundation
import ResultFiles
import Testing

@Suite("Recordings in run folders")
struct RecordingTests {
    @Test("a run hashes and copies the recording; merge refuses another recording of the same name, compare warns")
    func swapped() throws {
        let scratch = try Scratch()
        let text = SmallScenario.text(clients: 2).replacingOccurrences(
            of: "source: synthetic, rate: 20/s, payload: 64B", with: "source: \"replay:app.ndjson\"")
        let scenario = try scratch.write("replay.yaml", text)
        for (folder, size) in [("a", 60), ("b", 10)] {
            let lines = (1...15).map { "\($0)" + String(repeating: "x", count: size) }
            _ = try scratch.write("app.ndjson", lines.joined(separator: "\n") + "\n")
            let ending = try Tool.pushlab("run", scenario, "--out", scratch.path(folder), "--quiet")
            // 1 if the machine is busy; the folder is complete nevertheless.
            #expect(ending.code != 2, "\(ending.complaint)")
            #expect(scratch.read("\(folder)/recordings/1-app.ndjson") == scratch.read("app.ndjson"))
        }
        let manifest = try Manifest(json: scratch.read("a/manifest.json") ?? "", file: "manifest.json")
        let recording = try #require(manifest.recordings?.first)
        #expect(recording.sha256 == SHA256.hexDigest(of: scratch.read("a/recordings/1-app.ndjson") ?? ""))
        #expect(recording.file == "recordings/1-app.ndjson")

        let merged = try Tool.pushlab(
            "merge", scratch.path("a"), scratch.path("b"), "--out", scratch.path("ab"))
        #expect(merged.code == 2)
        #expect(merged.complaint.contains("replay different recordings"), "\(merged.complaint)")
        let compared = try Tool.pushlab("compare", scratch.path("a"), scratch.path("b"))
        #expect(compared.code == 0)
        #expect(compared.output.contains("warning: the recordings differ (SHA-256):"))
        #expect(try Tool.pushlab("report", scratch.path("a")).code == 0)
    }
}

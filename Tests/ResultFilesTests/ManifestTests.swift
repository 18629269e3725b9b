import Foundation
import Testing

@testable import ResultFiles

@Suite("The manifest and the data package")
struct ManifestTests {
    private var manifest: Manifest {
        Manifest(
            runID: "20260131T120000Z-1",
            scenario: Manifest.ScenarioRecord(
                name: "idle", text: "name: idle\n", sha256: String(repeating: "0", count: 64)),
            seed: .max,
            caseOrder: ["a_1-client_sse", "b_1-client_sse"],
            commandLine: ["pushlab", "run", "Scenarios/idle.yaml"],
            startedAt: UTCInstant(millisecondsSince1970: 951_782_400_000),
            environment: ["kernel": ["release": "6.1"]],
            versions: ["swift": "6.3"]
        )
    }

    @Test("a written manifest is read back equal")
    func roundTrip() throws {
        var finished = manifest
        finished.finish(at: UTCInstant(millisecondsSince1970: 951_782_401_500))
        #expect(finished.complete)
        for manifest in [manifest, finished] {
            #expect(try Manifest(json: try manifest.json(), file: "manifest.json") == manifest)
        }
    }

    @Test("an interrupted run says why it is not complete")
    func interrupted() throws {
        var interrupted = manifest
        interrupted.finish(at: UTCInstant(millisecondsSince1970: 0), incompleteBecause: "interrupted")
        #expect(!interrupted.complete)
        #expect(try interrupted.json().contains("\"incomplete_reason\" : \"interrupted\""))
    }

    @Test("keys are sorted and slashes are not escaped")
    func layout() throws {
        let json = try manifest.json()
        let keys = json.split(separator: "\n").filter { $0.hasPrefix("  \"") }.map { String($0) }
        #expect(keys == keys.sorted())
        #expect(json.contains("Scenarios/idle.yaml"))
        #expect(json.contains("\"started_at\" : \"2000-02-29T00:00:00.000Z\""))
    }

    @Test(
        "a text that is not a manifest gives one sentence",
        arguments: [
            ("", "m.json: not JSON"), ("{}", "m.json: schema_version is missing"),
            ("{\"schema_version\": 2}", "m.json: schema_version is 2; this program reads 1"),
            ("{\"schema_version\": \"1\"}", "m.json: schema_version has the wrong type"),
        ]
    )
    func refused(json: String, message: String) {
        let error = #expect(throws: ManifestError.self) { try Manifest(json: json, file: "m.json") }
        #expect(error?.description == message)
    }

    @Test("the data package describes the files in the folder")
    func dataPackage() throws {
        let package = DataPackage(manifest, fileNames: ["summary.csv", "layers.csv"])
        let object = try JSONSerialization.jsonObject(with: Data(try package.json().utf8)) as? [String: Any]
        #expect(object?["name"] as? String == "idle-20260131t120000z-1")
        let resources = try #require(object?["resources"] as? [[String: Any]])
        #expect(resources.compactMap { $0["path"] as? String } == ["summary.csv", "layers.csv"])
        let schema = try #require(resources.first?["schema"] as? [String: Any])
        let fields = try #require(schema["fields"] as? [[String: Any]])
        #expect(fields.compactMap { $0["name"] as? String } == SummaryRow.table.columns.map(\.name))
        #expect(schema["missingValues"] as? [String] == [""])
    }

    private static let recordings = [
        Manifest.RecordingRecord(
            path: "feeds/a.ndjson", bytes: 3, sha256: "aa", dueSHA256: "dd", file: "recordings/1-a.ndjson"),
        Manifest.RecordingRecord(path: "big.txt", bytes: 2_000_000, sha256: "bb", dueSHA256: nil, file: nil),
    ]

    @Test("recordings are listed with their hashes, and their copies are described")
    func recordings() throws {
        var manifest = manifest
        manifest.recordings = Self.recordings
        #expect(try Manifest(json: try manifest.json(), file: "manifest.json") == manifest)
        #expect(try manifest.json().contains("\"due_sha256\" : \"dd\""))
        #expect(manifest.recordingFiles == ["recordings/1-a.ndjson", "recordings/1-a.ndjson.due"])
        let package = DataPackage(manifest, fileNames: ["summary.csv"])
        let object = try JSONSerialization.jsonObject(with: Data(try package.json().utf8)) as? [String: Any]
        #expect(object?["profile"] as? String == "data-package")
        let resources = try #require(object?["resources"] as? [[String: Any]])
        #expect(
            resources.compactMap { $0["path"] as? String } == ["summary.csv"] + manifest.recordingFiles)
        #expect(resources.last?["hash"] as? String == "sha256:dd")
    }

    @Test("recordings are the same if all bytes are the same; older folders without a list match any")
    func sameRecordings() {
        var (one, other) = (manifest, manifest)
        one.recordings = Self.recordings
        #expect(one.hasSameRecordings(as: other))
        other.recordings = Self.recordings
        other.recordings?[0].path = "elsewhere/a.ndjson"
        #expect(one.hasSameRecordings(as: other))
        other.recordings?[0].dueSHA256 = "ee"
        #expect(!one.hasSameRecordings(as: other))
        other.recordings = []
        #expect(!one.hasSameRecordings(as: other))
    }
}

@Suite("Third-party servers in the manifest")
struct ManifestPeerTests {
    private func manifest(_ peers: [(name: String, sha256: String)]?, startedAt: Int64 = 0) -> Manifest {
        var manifest = Manifest(
            runID: "r\(startedAt)", scenario: .init(name: "idle", text: "", sha256: "00"), seed: 1, caseOrder: [],
            commandLine: [], startedAt: UTCInstant(millisecondsSince1970: startedAt))
        manifest.peers = peers?.map { name, sha256 in
            .init(
                name: name, title: "T", note: name == "nchan" ? "no compression" : nil, file: "peers/\(name)/peer.yaml",
                text: "title: T\n", sha256: sha256)
        }
        return manifest
    }

    @Test("they are written and read, and absent without any")
    func roundTrip() throws {
        let manifest = manifest([("nchan", "aa"), ("ws-node", "bb")])
        let json = try manifest.json()
        #expect(try Manifest(json: json, file: "manifest.json") == manifest)
        #expect(json.contains("\"file\" : \"peers/nchan/peer.yaml\"") && json.contains("\"text\" : \"title: T\\n\""))
        #expect(!(try self.manifest(nil).json()).contains("peers"))
    }

    @Test("a server differs if both runs have it with other texts")
    func differing() {
        let one = manifest([("nchan", "aa"), ("ws-node", "bb")])
        #expect(one.differingPeers(from: one).isEmpty)
        #expect(one.differingPeers(from: manifest([("nchan", "cc")])) == ["nchan"])
        #expect(one.differingPeers(from: manifest(nil)).isEmpty)
        #expect(manifest(nil).differingPeers(from: one).isEmpty)
    }

    @Test("a merged folder has the servers of all runs")
    func merged() {
        let parts = [manifest([("nchan", "aa")]), manifest([("nchan", "aa"), ("ws-node", "bb")], startedAt: 1)]
        #expect(Manifest(merging: parts, commandLine: []).peers?.map(\.name) == ["nchan", "ws-node"])
        #expect(Manifest(merging: [manifest(nil)], commandLine: []).peers == nil)
    }
}

@Suite("Columns on the server")
struct ServerColumnTests {
    @Test("they follow the older columns, and may be empty")
    func columns() throws {
        #expect(
            SummaryRow.table.columns.suffix(6).map(\.name) == [
                "server", "server_version", "first_item_p50_us", "item_gap_p50_us", "item_gap_p99_us", "clock_error_us",
            ])
        var row = SummaryRow()
        (row.runID, row.scenario, row.scenarioSHA256, row.caseID) = ("r", "s", "00", "c")
        (row.transport, row.feed, row.clients, row.repetition) = ("sse", "host", 1, 1)
        for (server, version) in [("nchan", "nchan 1.3.6, nginx"), (nil, nil)] as [(String?, String?)] {
            (row.server, row.serverVersion) = (server, version)
            let text = SummaryRow.table.text(of: [row])
            let read = try #require(try SummaryRow.table.rows(from: text, file: "summary.csv").first)
            #expect(read.server == server && read.serverVersion == version)
        }
    }
}

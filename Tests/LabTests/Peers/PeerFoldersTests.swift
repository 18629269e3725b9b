import Codecs
import Foundation
import LoadGenerator
import ResultFiles
import Scenario
import Testing

@testable import Lab

@Suite("Third-party servers next to a scenario")
struct PeerFoldersTests {
    private static let peer = """
        title: nginx with nchan
        source: https://nchan.io
        note: "no compression"
        version: [a]
        start: [b]
        transports: {websocket: {path: /ws}}

        """

    /// A folder with files, removed at the end.
    private final class Scratch: Sendable {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("pushlab-\(UUID().uuidString)").path

        deinit { try? FileManager.default.removeItem(atPath: path) }

        func write(_ bytes: [UInt8], to name: String) throws {
            let url = URL(fileURLWithPath: "\(path)/\(name)")
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(bytes).write(to: url)
        }

        func write(_ text: String, to name: String) throws { try write(Array(text.utf8), to: name) }
    }

    @Test("the folder next to the scenario comes before that of the installed ones")
    func order() throws {
        let scratch = Scratch()
        try scratch.write("one", to: "own/peers/nchan/peer.yaml")
        try scratch.write("two", to: "installed/peers/nchan/peer.yaml")
        try scratch.write("three", to: "installed/peers/ws-node/peer.yaml")
        try scratch.write("", to: "installed/peers/empty/README.md")
        let peers = PeerFolders(
            nextTo: "\(scratch.path)/own/a.yaml", installed: "\(scratch.path)/installed/peers")
        #expect(peers.names == ["nchan", "ws-node"])
        #expect(try peers.text(of: "nchan") == PeerText("one", file: "\(scratch.path)/own/peers/nchan/peer.yaml"))
        #expect(
            try peers.text(of: "ws-node")
                == PeerText("three", file: "\(scratch.path)/installed/peers/ws-node/peer.yaml"))
        #expect(try peers.text(of: "empty") == nil)
        #expect(PeerFolders(nextTo: "\(scratch.path)/none/a.yaml").names == [])
    }

    @Test("the path of a scenario without a folder")
    func current() throws {
        #expect(try PeerFolders(nextTo: "a.yaml").text(of: "no-such-peer-here") == nil)
        #expect(InstalledScenarios(program: "/usr/bin/pushlab").peers == "/usr/share/pushlab/scenarios/peers")
    }

    @Test("a file that is not text, or no file")
    func unreadable() throws {
        let scratch = Scratch()
        try scratch.write([0x61, 0x0a, 0xff], to: "peers/nchan/peer.yaml")
        try scratch.write("", to: "peers/folder/peer.yaml/a")
        let peers = PeerFolders(nextTo: "\(scratch.path)/a.yaml")
        let error = #expect(throws: UnreadablePeer.self) { try peers.text(of: "nchan") }
        #expect(
            error?.description
                == "\(scratch.path)/peers/nchan/peer.yaml:2: the line is not UTF-8 text; save the file as UTF-8")
        let folder = #expect(throws: UnreadablePeer.self) { try peers.text(of: "folder") }
        #expect(folder?.description == "\(scratch.path)/peers/folder/peer.yaml is a folder, not a file")
    }

    // MARK: Manifests

    private static let text = """
        name: a
        feeds: [{source: synthetic}]
        servers: [pushlab, nchan]
        transports: [{use: websocket}, {use: sse}]

        """

    /// The manifest of a run that has just begun.
    private func manifest(in scratch: Scratch) throws -> Manifest {
        try scratch.write(Self.peer, to: "peers/nchan/peer.yaml")
        let file = "\(scratch.path)/a.yaml"
        var options = Manifest.RunOptions()
        options.scenarioFile = file
        let scenario = try Scenario(text: Self.text, file: file, peers: PeerFolders(nextTo: file))
        let settings = RunSettings(
            out: nil, commandLine: ["pushlab"], executables: Executables(server: "/", pushlab: "/"), seedsMasks: false,
            progress: NoProgress())
        let plan = RunPlan(ScenarioRun(scenario, text: Self.text, options: options), settings)
        #expect(plan.steps.map { $0.measurement.subject.server }.sorted() == ["nchan", "pushlab", "pushlab"])
        #expect(plan.steps.filter { $0.measurement.server is OwnServer }.count == 2)
        // The formulas are about PushLab's own server only.
        #expect(plan.predictions.allSatisfy { $0.caseID.contains("_pushlab_") } && !plan.predictions.isEmpty)
        return Runner.manifest(of: plan, at: UTCInstant(millisecondsSince1970: 0), settings)
    }

    @Test("the manifest has the text and the hash of each peer.yaml; merged runs read it from there")
    func recorded() throws {
        let scratch = Scratch()
        let manifest = try manifest(in: scratch)
        let record = try #require(manifest.peers?.first)
        #expect(manifest.peers?.count == 1)
        #expect(record.name == "nchan" && record.title == "nginx with nchan" && record.note == "no compression")
        #expect(record.text == Self.peer && record.sha256 == SHA256.hexDigest(of: Self.peer))
        #expect(record.file == "\(scratch.path)/peers/nchan/peer.yaml")
        try FileManager.default.removeItem(atPath: "\(scratch.path)/peers")
        let options = try #require(manifest.options)
        #expect(try Scenario(manifest, options).cases.map(\.server) == ["pushlab", "pushlab", "nchan"])
    }

    @Test("a repetition takes peer.yaml from here, never from the manifest, and says if it differs")
    func repeated() async throws {
        let scratch = Scratch()
        let manifest = try manifest(in: scratch)
        try scratch.write(try manifest.json(), to: "run/manifest.json")
        let changed = Self.peer.replacing("start: [b]", with: "start: [c]")
        try scratch.write(changed, to: "peers/nchan/peer.yaml")
        let earlier = try EarlierRun(folder: "\(scratch.path)/run")
        #expect(earlier.scenario.peers.map(\.start) == [["c"]])
        let (old, new) = (SHA256.hexDigest(of: Self.peer).prefix(12), SHA256.hexDigest(of: changed).prefix(12))
        let differences = await earlier.differences(Executables(server: "/", pushlab: "/"))
        #expect(
            differences.filter { $0.contains("nchan") } == [
                "the server nchan is described differently: peer.yaml has SHA-256 \(old) vs \(new)"
            ])
        try FileManager.default.removeItem(atPath: "\(scratch.path)/peers")
        let fault = #expect(throws: EarlierRunFault.self) { try EarlierRun(folder: "\(scratch.path)/run") }
        let reason = "a.yaml:3: servers has \"nchan\", which is neither pushlab nor a folder in peers; allowed pushlab"
        #expect(fault?.description.hasSuffix(reason) == true)
    }

    // MARK: Rows

    @Test(
        "rows have the server, and PushLab's own version from its status, that of third-party servers from the outcome")
    func rows() {
        let outcome = CaseOutcome(
            subject: .fake(), record: .init(), idle: .fake(), before: nil, after: nil, publisherLag: nil,
            published: nil, kernelDrops: nil)
        let own = RowMaker(identity: .fake, outcome: outcome).summary
        #expect(own.server == "pushlab" && own.serverVersion == "9.9.9")
        var subject = MeasuredCase.fake()
        subject.server = "nchan"
        var other = CaseOutcome(
            subject: subject, record: .init(), idle: .fake(), before: nil, after: nil, publisherLag: nil,
            published: nil, kernelDrops: nil)
        #expect(RowMaker(identity: .fake, outcome: other).summary.serverVersion == nil)
        other.peer = PeerIdentity(name: "nchan", version: "1.3.6")
        let row = RowMaker(identity: .fake, outcome: other).summary
        #expect(row.server == "nchan" && row.serverVersion == "1.3.6")
        subject.server = ""
        let failed = RowMaker.failed(.fake, subject, reason: "no")
        #expect(failed.server == nil && failed.serverVersion == nil)
    }
}

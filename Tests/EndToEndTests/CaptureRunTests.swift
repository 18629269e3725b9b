import Dissection
import Foundation
import Glibc
import ResultFiles
import Testing

@Suite("pushlab run --capture and pushlab explain")
struct CaptureRunTests {
    /// Two cases per run; the runs are parallel, because a case mostly waits.
    private static let transports = [
        ["{use: short-poll, interval: 200ms}", "{use: long-poll}"], ["{use: http-stream}", "{use: sse}"],
        ["{use: websocket, deflate: no-context-takeover}", "{use: websocket, label: draft, version: hixie-76}"],
        ["{use: raw-tcp}", "{use: websocket, http: 2, label: h2}"],
        ["{use: sse, http: 2, label: h2}", "{use: long-poll, http: 2, label: h2}"],
        ["{use: sse, tls: true}", "{use: websocket, tls: true, http: 2}"],
    ]

    @Test("the layers of a capture are those of layers.csv, byte for byte; with TLS it has the secrets to decrypt it")
    func sameLayers() throws {
        guard Self.permitsCapturing else { return print("NOT RUN: this user may not record packets") }
        let scratch = try Scratch()
        var groups = Self.transports
        // A client that got no processor at its end leaves bytes unread, and its row says so.
        for attempt in 1...3 where !groups.isEmpty {
            let outs = try Self.run(groups, attempt: attempt, in: scratch)
            let disturbed = try outs.map { try !Self.hasValidBytes($0) }
            for (out, isDisturbed) in zip(outs, disturbed) where !isDisturbed { try Self.compare(out) }
            groups = zip(groups, disturbed).filter(\.1).map(\.0)
        }
        #expect(groups.isEmpty, "the bytes of these runs were never valid")
    }

    @Test("without permission to record, the run ends before it begins, with one sentence")
    func forbidden() throws {
        guard getuid() == 0 else { return print("NOT RUN: this user cannot drop permissions") }
        let scratch = try Scratch()
        let scenario = try scratch.write("capture.yaml", Self.scenario(["{use: sse}"]))
        let ending = try Tool.shell(
            #"setpriv --bounding-set -net_raw --inh-caps -net_raw "$@""#, Tool.path("pushlab"), "run", scenario,
            "--out", scratch.path("out"), "--capture")
        #expect(ending.code == 2)
        #expect(ending.complaint.hasPrefix("--capture needs the permission to record packets: run as root, or "))
        #expect(ending.complaint.split(separator: "\n").count == 1)
        #expect(scratch.read("out/manifest.json") == nil)
    }

    @Test("pasted input from a file and as an argument; mistakes give exit code 1, nonsense a sentence")
    func pasted() throws {
        let scratch = try Scratch()
        let frames = try Tool.pushlab("explain", "frames", "81 85 37 fa 21 3d 7f 9f 4d 51 58")
        #expect(frames.code == 0 && frames.output.contains("unmasked payload        Hello\n"), "\(frames)")
        #expect(!frames.output.contains("\u{1b}"))
        let broken = try Tool.pushlab("explain", "frames", "8300", "--format", "json")
        #expect(broken.code == 1)
        let explanation = try JSONDecoder().decode(Explanation.self, from: Data(broken.output.utf8))
        #expect(explanation.faults == ["a frame has the reserved opcode 3"])
        let odd = try Tool.pushlab("explain", "frames", "810")
        #expect(odd.code == 1 && odd.complaint == "frames: the text has 3 hexadecimal digits; each byte needs two\n")
        let file = try scratch.write("handshake.txt", "GET /ws HTTP/1.1\nHost: a\n\n")
        let handshake = try Tool.pushlab("explain", "handshake", file)
        #expect(handshake.code == 1 && handshake.output.contains("! the field Upgrade is missing\n"))
        let missing = try Tool.pushlab("explain", "capture", scratch.path("none.pcapng"))
        #expect(missing.code == 2 && missing.complaint.hasSuffix("none.pcapng does not exist\n"))
        let foreign = try Tool.pushlab("explain", "capture", file)
        #expect(foreign.code == 1 && foreign.complaint.contains("the file is not a capture: "))
        let name = try Tool.pushlab("explain", "frames", scratch.path("none.hex"))
        #expect(name.code == 2 && name.complaint.hasSuffix("none.hex does not exist\n"))
        let closed = try Tool.shell(#""$1" explain handshake - <&-"#, Tool.path("pushlab"))
        #expect(closed.code == 2 && closed.complaint == "standard input is closed, or cannot be read\n")
    }

    @Test("files of any size are refused in one sentence, with little memory")
    func large() throws {
        let scratch = try Scratch()
        let section: [UInt8] = [0x0a, 0x0d, 0x0d, 0x0a, 28, 0, 0, 0, 0x4d, 0x3c, 0x2b, 0x1a, 1, 0, 0, 0]
        let file = try scratch.write("large", "")
        try Data(section).write(to: URL(fileURLWithPath: file))
        #expect(truncate(file, 8 << 30) == 0)
        let sentences = [
            "handshake": "large is a capture; read it with: pushlab explain capture \(file)\n",
            "capture": "large: the block at byte 28 of the capture has the invalid length 0\n",
        ]
        for (command, sentence) in sentences {
            let script = #"ulimit -v 4000000; "$1" explain "$2" "$3""#
            let ending = try Tool.shell(script, Tool.path("pushlab"), command, file)
            #expect(ending.code == 1 && ending.complaint.hasSuffix(sentence), "\(ending)")
        }
    }

    @Test("live: one client of each transport")
    func live() throws {
        let server = try MeasuredServer("--rate", "20/s", "--payload", "64B")
        defer { server.stop() }
        let transports = ["short-poll", "long-poll", "http-stream", "sse", "websocket", "raw-tcp"]
        let clients = try transports.map { transport in
            try Tool.start(
                "pushlab", "explain", "live", "http://127.0.0.1:\(server.port)", "--transport", transport,
                "--messages", "2", "--format", "json")
        }
        for (transport, client) in zip(transports, clients) {
            let ending = client.wait()
            #expect(ending.code == 0, "\(transport): \(ending.complaint)")
            let lines = ending.output.split(separator: "\n")
            #expect(lines.count >= 3, "\(transport)")
            let sum = try JSONDecoder().decode(Explanation.self, from: Data((lines.last ?? "").utf8))
            #expect(sum.faults == [] && (sum.layers?["down"]?["payload"] ?? 0) > 0, "\(transport)")
        }
    }

    @Test("live: Ctrl-C prints the sum, in a pipe too, and ends with 0", arguments: ["websocket", "sse"])
    func interruptedLive(transport: String) throws {
        let server = try MeasuredServer("--rate", "50/s")
        defer { server.stop() }
        let client = try Tool.start(
            "pushlab", "explain", "live", "http://127.0.0.1:\(server.port)", "--transport", transport,
            "--messages", "10000", "--format", "json")
        // Each message is there once it has passed.
        _ = client.firstLine
        client.signal(SIGINT)
        let ending = client.wait()
        #expect(ending.code == 0 && ending.complaint == "", "\(ending.complaint)")
        let explanations = try ending.output.split(separator: "\n").map {
            try JSONDecoder().decode(Explanation.self, from: Data($0.utf8))
        }
        #expect(explanations.last?.layers != nil)
    }

    /// Not with the file /dev/null: a dumpcap that fails removes its file.
    private static var permitsCapturing: Bool {
        let check = """
            file=$(mktemp) && trap 'rm -f "$file"' EXIT
            timeout 5 dumpcap -q -i lo -f 'tcp port 9' -a duration:1 -w "$file"
            """
        return getuid() == 0 || (try? Tool.shell(check))?.code == 0
    }

    /// - Returns: The folders of results.
    private static func run(
        _ groups: [[String]], attempt: Int, in scratch: borrowing Scratch
    ) throws -> [String] {
        var runs: [(out: String, running: Tool.Running)] = []
        for (index, transports) in groups.enumerated() {
            let scenario = try scratch.write("capture\(index).yaml", self.scenario(transports))
            let out = scratch.path("out\(attempt)-\(index)")
            runs.append((out, try Tool.start("pushlab", "run", scenario, "--out", out, "--capture", "--quiet")))
        }
        for run in runs {
            let ending = run.running.wait()
            // 1: the runs disturb each other's times, which this test does not need.
            #expect(ending.code == 0 || ending.code == 1, "\(ending.complaint)")
        }
        return runs.map(\.out)
    }

    private static func hasValidBytes(_ out: String) throws -> Bool {
        let text = try String(contentsOfFile: "\(out)/summary.csv", encoding: .utf8)
        return try SummaryRow.table.rows(from: text, file: "summary.csv").allSatisfy(\.hasValidBytes)
    }

    /// Compares each capture of a folder with the rows of its case.
    private static func compare(_ out: String) throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: out)
        #expect(!names.contains { $0.hasSuffix(".keys") || $0.hasSuffix(".recording") })
        let text = try String(contentsOfFile: "\(out)/layers.csv", encoding: .utf8)
        let layers = try LayerRow.table.rows(from: text, file: "layers.csv")
        let cases = Set(layers.map(\.caseID))
        #expect(cases.count == 2)
        for name in cases.sorted() {
            let counted = layers.filter { $0.caseID == name && $0.layer != "tcp_ip" && $0.bytes > 0 }
            let captured = try Self.explained("\(out)/\(name)_r1.pcapng")
            #expect(captured.comments == ["pushlab run, \(name), repeat 1"])
            #expect(captured.connections.allSatisfy { $0.lostBytes == 0 && $0.faults.isEmpty }, "\(captured.notes)")
            let transport = try #require(counted.first).transport
            for direction in ["up", "down"] {
                var found = captured.transports[transport]?[direction] ?? [:]
                found["tcp_ip"] = nil
                let wanted = counted.filter { $0.direction == direction }.map { ($0.layer, Int64($0.bytes)) }
                #expect(found == Dictionary(uniqueKeysWithValues: wanted), "\(name), \(direction)")
            }
        }
    }

    private static func explained(_ path: String) throws -> CaptureExplanation {
        let ending = try Tool.pushlab("explain", "capture", path, "--format", "json")
        #expect(ending.code == 0, "\(ending.complaint)")
        return try JSONDecoder().decode(CaptureExplanation.self, from: Data(ending.output.utf8))
    }

    private static func scenario(_ transports: [String]) -> String {
        """
        name: capture
        feeds:
          - {source: synthetic, rate: 20/s, payload: 64B}
        clients: 3
        transports:
        \(transports.map { "  - \($0)" }.joined(separator: "\n"))
        warmup: 0s
        duration: 1s
        seed: 3

        """
    }
}

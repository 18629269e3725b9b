import Foundation
import Host
import Subprocess
import SystemPackage

/// Records with dumpcap, the program that Wireshark records with.
struct Dumpcap: PacketRecording {
    private static let name = "dumpcap"
    var name: String { Self.name }

    // As with nginx, a shell reads the pipe, so that dumpcap does not outlive a killed lab. Without the shell's own
    // output, the pipe of the output ends when dumpcap does.
    private static let supervisor = #"""
        trap : TERM
        "$@" 2>&1 & exec >&-
        read -r _
        kill -TERM $!; wait $!
        """#
    private static let stopTimeout = Duration.seconds(5)
    private static let bufferMebibytes = 64

    func whileRecording<Value: Sendable>(
        port: Int, to file: String, _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Recorded<Value> {
        let command = [
            try Self.path(), "-q", "-i", "lo", "-f", "tcp port \(port)", "-B", "\(Self.bufferMebibytes)", "-w", file,
        ]
        let outcome = try await Subprocess.run(
            .path("/bin/sh"), arguments: .init(["-c", Self.supervisor, "sh"] + command),
            platformOptions: ChildProcess.options, input: .inputWriter, output: .sequence, error: .discarded
        ) { execution -> Result<Recorded<Value>, any Error> in
            var lines = execution.standardOutput.strings().makeAsyncIterator()
            let result: Result<Value, any Error>
            if let reason = await Self.reasonNotToRecord(&lines) {
                result = .failure(fault(reason))
            } else {
                do { result = .success(try await body()) } catch { result = .failure(error) }
            }
            await execution.teardown(using: ChildProcess.ending(within: Self.stopTimeout))
            var dropped: Int?
            while let line = try? await lines.next() { dropped = dropped ?? Self.dropped(line) }
            return result.flatMap { value in
                dropped.map { .success(Recorded(value: value, droppedPackets: $0)) }
                    ?? .failure(fault("it ended before the case"))
            }
        }
        return try outcome.closureResult.get()
    }

    /// Waits until dumpcap records.
    ///
    /// - Returns: What it says if it ended instead; `nil` if it records.
    private static func reasonNotToRecord(
        _ lines: inout some AsyncIteratorProtocol<String, any Error>
    ) async -> String? {
        var complaint: String?
        while let line = try? await lines.next() {
            // dumpcap prints its file once it records.
            if line.hasPrefix("File: ") { return nil }
            if line.hasPrefix("Capturing on") { continue }
            let isClear = line.contains("do not have permission")
            if complaint == nil || isClear { complaint = line.replacing("dumpcap: ", with: "", maxReplacements: 1) }
        }
        return complaint ?? "it ended without a reason"
    }

    private func fault(_ reason: String) -> RecordingFault { RecordingFault(name: name, reason: reason) }

    /// The number of packets that were not recorded, in a line of dumpcap's summary.
    static func dropped(_ line: String) -> Int? {
        // Packets received/dropped on interface 'Loopback: lo': 24/0 (pcap:0/dumpcap:0/flushed:0/ps_ifdrop:0) (100.0%)
        guard line.contains("received/dropped") else { return nil }
        let counts = line.split(separator: " ").first { $0.contains("/") && $0.first?.isNumber == true }
        return counts?.split(separator: "/").last.flatMap { Int($0) }
    }

    static func path() throws(RecordingFault) -> String {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let folders = path.split(separator: ":").map(String.init) + ["/usr/bin", "/usr/sbin"]
        let files = folders.map { "\($0)/dumpcap" }
        if let found = files.first(where: { FileManager.default.isExecutableFile(atPath: $0) }) { return found }
        let isThere = files.contains { FileManager.default.fileExists(atPath: $0) }
        throw RecordingFault(name: name, reason: isThere ? "this user may not run it" : "it is not installed")
    }

    func version() async -> String? {
        guard let path = try? Self.path() else { return nil }
        let outcome = try? await Subprocess.run(
            .path(FilePath(path)), arguments: ["--version"], output: .string(limit: 16_384), error: .discarded)
        // Dumpcap (Wireshark) 4.0.17 (Git …).
        guard let text = outcome?.standardOutput, let start = text.firstIndex(where: \.isNumber) else { return nil }
        let version: Substring = text[start...].prefix { $0.isNumber || $0 == "." }
        return version.hasSuffix(".") ? String(version.dropLast()) : String(version)
    }
}

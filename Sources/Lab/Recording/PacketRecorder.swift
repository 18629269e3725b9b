import Dissection
import Foundation
import Host
import LoadGenerator

/// Records the packets between the clients of a case and what they connect to. It passes no bytes itself.
struct PacketRecorder: Middlebox {
    /// How packets are recorded.
    let method: any PacketRecording
    /// The file to write.
    let path: String
    /// What the capture shows: the case and its repeat.
    let comment: String
    /// The secrets of the case's TLS connections, which the server writes; `nil` without TLS.
    let keyLog: String?

    var name: String { method.name }

    /// The kernel passes packets to dumpcap within 100 ms.
    private static let delivery = Duration.milliseconds(300)

    func check() {}

    func version() async -> String? { await method.version() }

    func whileRunning<Value: Sendable>(
        before entryPoint: EntryPoint, _ body: @escaping @Sendable (EntryPoint) async throws -> Value
    ) async throws -> Value {
        let target = entryPoint.target
        let port = target.linkPort ?? target.proxy?.port ?? target.port
        let raw = path + ".recording"
        defer { for file in [raw, keyLog].compactMap({ $0 }) { try? FileManager.default.removeItem(atPath: file) } }
        let recorded = try await method.whileRecording(port: port, to: raw) {
            let value = try await body(entryPoint)
            try? await Task.sleep(for: Self.delivery)
            return value
        }
        try write(raw, dropped: recorded.droppedPackets)
        return recorded.value
    }

    /// Copies the recording, with the comment and the secrets before its packets.
    private func write(_ raw: String, dropped: Int) throws {
        var beginning = try FilePieces(raw, pieceBytes: PcapNGWriter.longestSectionHeader)
        let secrets = keyLog.flatMap { try? TextFile.readBytes($0) } ?? []
        let note = dropped == 0 ? "" : "; \(dropped) packets were not recorded"
        let annotation = PcapNGWriter.annotation(
            of: Array(try beginning.next() ?? []), comment: comment + note, keyLog: secrets)
        guard let annotation else { throw RecordingFault(name: name, reason: "it wrote no capture") }
        try AtomicFile.copy(raw, from: annotation.replacedBytes, after: annotation.bytes, to: path)
    }
}

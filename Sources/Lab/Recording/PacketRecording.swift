import Foundation

/// A way to record packets of the loopback interface.
package protocol PacketRecording: Sendable {
    var name: String { get }

    /// - Returns: `nil` if the version is unknown, or is that of PushLab.
    func version() async -> String?

    /// Records while `body` runs.
    ///
    /// - Parameters:
    ///   - port: TCP packets from and to this port are recorded.
    ///   - file: The pcapng file to write.
    ///   - body: Called when packets are being recorded.
    /// - Returns: What `body` returns, and the number of packets that were not recorded.
    /// - Throws: An error in one sentence if packets cannot be recorded; otherwise the error of `body`.
    func whileRecording<Value: Sendable>(
        port: Int, to file: String, _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Recorded<Value>
}

/// The result of work during which packets were recorded.
package struct Recorded<Value: Sendable>: Sendable {
    let value: Value
    /// Packets that passed but are not in the file.
    let droppedPackets: Int
}

/// Why a way does not record packets.
struct RecordingFault: Error, Equatable, CustomStringConvertible {
    let name: String
    let reason: String

    var description: String { "\(name): \(reason)" }
}

/// Chooses how to record packets.
package enum PacketRecordings {
    /// Nothing that is installed and permitted can record packets.
    package struct Unavailable: Error, Equatable, CustomStringConvertible {
        /// Each way with its reason.
        let reasons: [String]

        /// A sentence with what to do, and each way's reason in parentheses.
        package var description: String {
            "--capture needs the permission to record packets: run as root, or install the Debian package tshark and "
                + "join the group wireshark (\(reasons.joined(separator: "; ")))"
        }
    }

    /// The first way that works, found by a short recording. dumpcap is preferred: it may have a permission that this
    /// program lacks.
    ///
    /// - Throws: ``Unavailable``.
    package static func find(
        among methods: [any PacketRecording] = [Dumpcap(), PacketSocketRecording()]
    ) async throws -> any PacketRecording {
        // Not /dev/null: a dumpcap that fails removes its file.
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("pushlab-\(UUID().uuidString).pcapng")
        defer { try? FileManager.default.removeItem(at: file) }
        var reasons: [String] = []
        for method in methods {
            do {
                // Port 9 discards: nothing is recorded.
                _ = try await method.whileRecording(port: 9, to: file.path) {}
                return method
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                reasons.append("\(error)")
            }
        }
        throw Unavailable(reasons: reasons)
    }
}

import Dissection
import Host
import Synchronization

/// Records with a packet socket of this process.
struct PacketSocketRecording: PacketRecording {
    let name = "packet socket"

    private static let pause = Duration.milliseconds(10)

    func version() async -> String? { nil }

    func whileRecording<Value: Sendable>(
        port: Int, to file: String, _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Recorded<Value> {
        var ring = try open(port)
        var writer = try FileAppender(file)
        try writer.append(PcapNGWriter.beginning(comment: "", linkType: .ethernet))
        let ended = Ending()
        async let value = ended.after(body)
        var fault: (any Error)?
        while true {
            // What arrived before the end is in the ring when the loop sees the end, if `body` waited for it.
            let isLast = ended.isSet
            do { try Self.write(&ring, to: &writer) } catch { fault = fault ?? error }
            if isLast { break }
            // Not cancelled with this task, so that the loop does not spin until `body` has ended too.
            await Task { try? await Task.sleep(for: Self.pause) }.value
        }
        let result = try await value
        if let fault { throw fault }
        try writer.finish()
        return Recorded(value: result, droppedPackets: ring.takeDropped())
    }

    private func open(_ port: Int) throws(RecordingFault) -> PacketRing {
        guard let port = UInt16(exactly: port) else {
            throw RecordingFault(name: name, reason: "\(port) is not a port")
        }
        do { return try PacketRing(port: port) } catch {
            throw RecordingFault(name: name, reason: "\(error)")
        }
    }

    private static func write(_ ring: inout PacketRing, to writer: inout FileAppender) throws {
        try ring.read { packet in
            try writer.append(
                PcapNGWriter.packet(packet.bytes, wireBytes: packet.wireBytes, nanoseconds: packet.nanoseconds))
        }
    }

    /// Whether the work has ended.
    private final class Ending: Sendable {
        private let flag = Atomic(false)

        var isSet: Bool { flag.load(ordering: .acquiring) }

        func after<Value: Sendable>(_ body: @Sendable () async throws -> Value) async throws -> Value {
            defer { flag.store(true, ordering: .releasing) }
            return try await body()
        }
    }
}

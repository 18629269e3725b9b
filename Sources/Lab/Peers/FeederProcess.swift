import Foundation
import Host
import LoadGenerator
import Measurement
import Subprocess
import SystemPackage

/// The process that publishes the items of a case for a third-party server: `pushlab feed`.
struct FeederProcess: Sendable {
    /// The line that the feeder prints on standard error when it is ready.
    private struct Announcement: Decodable {
        let event: String
        let host: String
        let port: Int
    }

    let command: [String]
    let marker: ProcessMarker
    var startTimeout = Duration.seconds(60)

    // It has one connection to a server, and a few for its status.
    private static let descriptors = 256
    private static let stopTimeout = Duration.seconds(1)

    /// A feeder that is ready.
    struct Running: Sendable {
        let pid: Int32
        /// Where it reports the feed's status and schedule.
        let status: LoadTarget
    }

    /// Starts the feeder, runs `body` and stops the feeder, however `body` ends.
    ///
    /// - Parameters:
    ///   - output: Where its standard output goes; `nil` if the items go elsewhere.
    ///   - body: Called when the feeder is ready. Its error is that of this function, except a
    ///     ``CaseFault/feederDied(how:complaint:)``, to which the reason is added.
    /// - Returns: What the body returned.
    /// - Throws: ``CaseFault`` if the feeder does not start.
    func whileRunning<Value: Sendable>(
        to output: FileDescriptor?, _ body: @escaping @Sendable (Running) async throws -> Value
    ) async throws -> Value {
        let destination = try output ?? FileDescriptor.open("/dev/null", .writeOnly)
        defer { if output == nil { try? destination.close() } }
        let printed = PeerOutput(.line(Self.announcementPattern))
        let outcome = try await Subprocess.run(
            .path("/bin/sh"), arguments: HeldProgram(command: command, descriptors: Self.descriptors).arguments,
            environment: HeldProgram.environment([marker.name: marker.value]), platformOptions: ChildProcess.options,
            input: .inputWriter, output: .fileDescriptor(destination, closeAfterSpawningProcess: false),
            error: .sequence
        ) { execution -> Result<Value, any Error> in
            let reader = Task { await printed.read(execution.standardError, isError: true) }
            let pid = execution.processIdentifier.value
            let result: Result<Value, any Error>
            do {
                try HeldProgram.pin(pid)
                _ = try? await execution.standardInputWriter.write(HeldProgram.signal)
                let status = try await address(of: pid, printed)
                result = .success(try await body(Running(pid: pid, status: status)))
            } catch {
                result = .failure(error)
            }
            await execution.teardown(using: ChildProcess.ending(within: Self.stopTimeout))
            _ = await reader.result
            return result
        }
        switch outcome.closureResult {
        case .failure(CaseFault.feederDied):
            throw CaseFault.feederDied(how: outcome.terminationStatus.text, complaint: printed.complaint)
        case .failure(CaseFault.feederDidNotStart(let complaint)) where complaint.isEmpty:
            throw CaseFault.feederDidNotStart(complaint: printed.complaint)
        case .success, .failure: return try outcome.closureResult.get()
        }
    }

    private static let announcementPattern = #""event" *: *"listening""#

    /// Waits until the feeder has printed its address.
    private func address(of pid: Int32, _ printed: PeerOutput) async throws -> LoadTarget {
        let deadline = MonotonicClock.now() + startTimeout
        while true {
            if let line = printed.matchingLine {
                guard let address = try? JSONDecoder().decode(Announcement.self, from: Data(line.utf8)),
                    (1...65_535).contains(address.port)
                else { throw CaseFault.feederDidNotStart(complaint: "its address cannot be read: \(line)") }
                return LoadTarget(host: address.host, port: address.port)
            }
            if ProcessWatch.hasEnded(pid) { throw CaseFault.feederDidNotStart(complaint: "") }
            if MonotonicClock.now() >= deadline {
                throw CaseFault.feederDidNotStart(complaint: "it was not ready within \(startTimeout.spokenText)")
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}

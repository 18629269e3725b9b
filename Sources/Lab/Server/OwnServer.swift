import Foundation
import LoadGenerator
import Measurement
import Subprocess
import SystemPackage

/// A PushLab server that the lab starts as a new process for each case.
struct OwnServer: ServerUnderTest {
    /// How the process ends after the body.
    enum Ending {
        /// It is asked to stop.
        case stop
        /// SIGKILL, as a part of the experiment.
        case kill
    }

    /// The line that the server prints when it is ready.
    private struct Announcement: Decodable {
        let host: String
        let port: Int
        let pid: Int32
        /// The self-signed certificate to trust, in PEM; `nil` if the server has no such certificate.
        let certificate: String?

        func endpoint(isHere: Bool) -> ServerEndpoint {
            ServerEndpoint(
                target: LoadTarget(host: host, port: port, tls: certificate.map { .authority(pem: $0) }),
                processes: isHere ? [pid] : [], isFresh: true, reportsStatus: true)
        }
    }

    let executable: String
    var arguments: [String]
    var place = ServerPlace.here
    var ending = Ending.stop
    /// How long the server may take to read its recording and start listening.
    var startTimeout = Duration.seconds(60)
    /// How long the server may take to stop, as its help promises.
    var stopTimeout = Duration.seconds(5)

    func whileRunning<Value: Sendable>(
        _ body: @escaping @Sendable (any RunningServer) async throws -> Value
    ) async throws -> Value {
        let command = place.command(own: executable, arguments: arguments)
        let name = command.first ?? executable
        do {
            return try await start(
                name.contains("/") ? .path(FilePath(name)) : .name(name), Array(command.dropFirst()), body)
        } catch let error as SubprocessError where error.code == .executableNotFound {
            throw CaseFault.serverDidNotStart(complaint: "there is no program \(name)")
        }
    }

    private func start<Value: Sendable>(
        _ program: Executable, _ arguments: [String],
        _ body: @escaping @Sendable (any RunningServer) async throws -> Value
    ) async throws -> Value {
        let outcome = try await run(
            program, arguments: .init(arguments), platformOptions: ChildProcess.options,
            // The server exits when this pipe closes, so it cannot outlive a killed lab.
            input: .inputWriter, output: .sequence, error: .string(limit: 64 << 10)
        ) { execution -> Result<Value, any Error> in
            let deadline = Task {
                try await Task.sleep(for: startTimeout)
                // Without steps this sends only SIGKILL, which ends the read below.
                await execution.teardown(using: [])
            }
            var lines = execution.standardOutput.strings().makeAsyncIterator()
            var announced: Announcement?
            // A launcher may print other text before.
            for _ in 0..<(place.isElsewhere ? StartedProcess.mostOtherLines : 1) where announced == nil {
                guard let line = try? await lines.next() else { break }
                announced = try? JSONDecoder().decode(Announcement.self, from: Data(line.utf8))
            }
            deadline.cancel()
            _ = await deadline.result
            guard let server = announced else {
                return .failure(CaseFault.serverDidNotStart(complaint: ""))
            }
            // Of a server elsewhere, only its launcher is a process of this machine.
            let watched = place.isElsewhere ? execution.processIdentifier.value : server.pid
            let result = await ProcessRace.run(against: watched) {
                CaseFault.serverDied(how: "", complaint: "")
            } body: {
                try await body(ProbedServer(endpoint: server.endpoint(isHere: !place.isElsewhere)))
            }
            await execution.teardown(using: ending == .kill ? [] : ChildProcess.ending(within: stopTimeout))
            return result
        }
        return try unwrap(outcome.closureResult, outcome.terminationStatus, outcome.standardError)
    }

    private func unwrap<Value>(
        _ result: Result<Value, any Error>, _ status: TerminationStatus, _ complaint: String
    ) throws -> Value {
        let sentence = ChildProcess.sentence(complaint)
        let isStuck = status.isKilled && ending == .stop
        switch result {
        case .failure(CaseFault.serverDidNotStart) where status.isKilled:
            throw CaseFault.serverDidNotStart(complaint: "it was not ready within \(startTimeout.spokenText)")
        case .failure(CaseFault.serverDidNotStart): throw CaseFault.serverDidNotStart(complaint: sentence)
        case .failure(CaseFault.serverDied): throw CaseFault.serverDied(how: status.text, complaint: sentence)
        case .failure(let error as CancellationError): throw error
        case .failure(let error) where isStuck:
            throw CaseFault.serverStuck(timeout: stopTimeout, before: "\(error)")
        case .success where isStuck: throw CaseFault.serverStuck(timeout: stopTimeout, before: nil)
        case .failure, .success: return try result.get()
        }
    }
}

import Foundation
import LoadGenerator
import Subprocess
import SystemPackage

/// A server of our own, alive for the length of a closure.
struct ServerProcess: Sendable {
    /// The line a server prints when it is ready.
    struct Announcement: Decodable, Sendable {
        let host: String
        let port: Int
        let pid: Int32
        /// What to trust, in PEM, where the server signed its certificate itself.
        let certificate: String?

        var trust: TLSTrust? { certificate.map { .authority(pem: $0) } }
    }

    let executable: String
    let arguments: [String]

    /// Starts the server, runs `body` and stops the server, however `body` ends.
    ///
    /// - Throws: ``CaseFault`` if the server does not start or ends before `body` does; else what `body` throws.
    func withServer<Value: Sendable>(
        _ body: @escaping @Sendable (Announcement) async throws -> Value
    ) async throws -> Value {
        let outcome = try await run(
            .path(FilePath(executable)), arguments: .init(arguments), platformOptions: ChildProcess.options,
            // The server ends when this pipe does: it cannot outlive a lab that was killed.
            input: .inputWriter, output: .sequence, error: .string(limit: 64 << 10)
        ) { execution -> Result<Value, any Error> in
            var lines = execution.standardOutput.strings().makeAsyncIterator()
            guard let line = try? await lines.next(),
                let server = try? JSONDecoder().decode(Announcement.self, from: Data(line.utf8))
            else { return .failure(CaseFault.serverDidNotStart(complaint: "")) }
            let result = await ProcessRace.run(against: server.pid) {
                CaseFault.serverDied(how: "", complaint: "")
            } body: {
                try await body(server)
            }
            try? execution.send(signal: .terminate)
            return result
        }
        return try Self.unwrap(outcome.closureResult, outcome.terminationStatus, outcome.standardError)
    }

    private static func unwrap<Value>(
        _ result: Result<Value, any Error>, _ status: TerminationStatus, _ complaint: String
    ) throws -> Value {
        let sentence = complaint.split(separator: "\n").first.map(String.init) ?? ""
        do {
            return try result.get()
        } catch CaseFault.serverDidNotStart {
            throw CaseFault.serverDidNotStart(complaint: sentence)
        } catch CaseFault.serverDied {
            throw CaseFault.serverDied(how: "\(status)", complaint: sentence)
        }
    }
}

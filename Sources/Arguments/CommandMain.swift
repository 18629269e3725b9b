import ArgumentParser
import Dispatch
import Foundation
import Host

/// Runs a command with the lab's exit codes: those of ``Failure/Code``, and 0 for done.
package enum CommandMain {
    /// Not `async`: if /proc cannot be read, the process traps soon after its first task starts. So check before that.
    package static func run(_ root: any AsyncParsableCommand.Type) -> Never {
        do throws(ProcFileSystemFault) {
            try ProcFileSystem.requireReadable()
        } catch {
            Complaint.show(error.description)
            end(with: Failure.Code.failed.rawValue)
        }
        Task { @MainActor in await parseAndRun(root) }
        dispatchMain()
    }

    private static func parseAndRun(_ root: any AsyncParsableCommand.Type) async -> Never {
        let mistake = CommandLineMistake(Array(CommandLine.arguments.dropFirst()), of: root)
        do {
            if let sentence = mistake.unknownCommand { throw ValidationError(sentence) }
            var command = try root.parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            end(with: 0)
        } catch let failure as Failure {
            Complaint.show(failure.description)
            end(with: failure.code.rawValue)
        } catch let code as ExitCode {
            end(with: code.rawValue)
        } catch {
            let code = root.exitCode(for: error)
            // Help and version.
            if code.isSuccess {
                print(root.fullMessage(for: error))
                end(with: 0)
            }
            let isUsage = code == .validationFailure
            Complaint.show(isUsage ? mistake.sentence(for: error) + " (see --help)" : "\(error)")
            end(with: isUsage ? Failure.Code.usage.rawValue : Failure.Code.failed.rawValue)
        }
    }

    /// Exits. It is a failure too if standard output could not be written.
    private static func end(with code: Int32) -> Never {
        guard let fault = StandardOutputEnd.fault() else { exit(code) }
        Complaint.show("standard output: \(fault)")
        let codes = [Failure.Code(rawValue: code), .failed].compactMap { $0 }
        exit(Failure.Code.first(of: codes)?.rawValue ?? code)
    }
}

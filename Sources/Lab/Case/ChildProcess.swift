import Foundation
import Host
import Subprocess

/// What the lab's child processes have in common.
enum ChildProcess {
    /// Children get a process group of their own: Ctrl-C reaches the lab alone, which ends them in order.
    static var options: PlatformOptions {
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = ending(within: .seconds(3))
        return options
    }

    /// SIGTERM to the process and its children; SIGKILL to those that are still there after this time.
    static func ending(within patience: Duration) -> [TeardownStep] {
        [.gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: patience)]
    }

    /// The first line that a process wrote to standard error; empty if there is none.
    static func sentence(_ standardError: String) -> String {
        standardError.split(separator: "\n").first.map(String.init) ?? ""
    }
}

extension TerminationStatus {
    /// Whether SIGKILL ended the process, as it does one that does not stop when it is asked to.
    var isKilled: Bool { self == .signaled(SIGKILL) }

    /// `exit code 1`, `signal 9`.
    var text: String {
        switch self {
        case .exited(let code): "exit code \(code)"
        case .signaled(let number): "signal \(number)"
        }
    }
}

/// Runs a part of a case as long as a process is alive that it needs.
enum ProcessRace {
    /// Whichever ends first: `body`, or the process.
    ///
    /// - Parameters:
    ///   - pid: The process.
    ///   - fault: What to fail with if the process ends first.
    ///   - body: What needs the process.
    /// - Returns: How `body` ended, or the fault.
    static func run<Value: Sendable>(
        against pid: Int32, orElse fault: @escaping @Sendable () -> CaseFault,
        body: @escaping @Sendable () async throws -> Value
    ) async -> Result<Value, any Error> {
        await withTaskGroup(of: Result<Value, any Error>?.self) { group in
            group.addTask {
                do { return .success(try await body()) } catch { return .failure(error) }
            }
            group.addTask {
                while !Task.isCancelled, !ProcessWatch.hasEnded(pid) {
                    try? await Task.sleep(for: .milliseconds(50))
                }
                return Task.isCancelled ? nil : .failure(fault())
            }
            defer { group.cancelAll() }
            while let ended = await group.next() {
                if let result = ended { return result }
            }
            return .failure(CancellationError())
        }
    }
}

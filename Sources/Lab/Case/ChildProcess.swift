import Foundation
import Host
import Subprocess

/// Settings of all child processes of the lab.
enum ChildProcess {
    /// Each child has its own process group: Ctrl-C reaches only the lab, which then stops its children in order.
    /// To write to a child that has ended is an error from now on; it does not end the lab.
    static var options: PlatformOptions {
        Descriptor.ignoreBrokenPipes()
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = ending(within: .seconds(3))
        return options
    }

    /// Sends SIGTERM to the process and its children, and SIGKILL to those that still run after `timeout`.
    static func ending(within timeout: Duration) -> [TeardownStep] {
        [.gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: timeout)]
    }

    /// The first line that a process wrote to standard error; empty if it wrote nothing.
    static func sentence(_ standardError: String) -> String {
        standardError.split(separator: "\n").first.map(String.init) ?? ""
    }
}

extension TerminationStatus {
    /// Whether SIGKILL ended the process. The lab sends it to a process that does not stop on SIGTERM.
    var isKilled: Bool { self == .signaled(SIGKILL) }

    /// `exit code 1`, `signal 9`.
    var text: String {
        switch self {
        case .exited(let code): "exit code \(code)"
        case .signaled(let number): "signal \(number)"
        }
    }
}

/// Runs a part of a case while the process that it needs is alive.
enum ProcessRace {
    /// Runs `body` until it ends or the process ends, whichever is first.
    ///
    /// - Parameters:
    ///   - pid: The process.
    ///   - fault: The error if the process ends first.
    ///   - body: The part of the case.
    /// - Returns: The result of `body`, or the fault.
    static func run<Value: Sendable>(
        against pid: Int32, orElse fault: @escaping @Sendable () -> CaseFault,
        body: @escaping @Sendable () async throws -> Value
    ) async -> Result<Value, any Error> {
        await run(against: [pid], orElse: { _ in fault() }, body: body)
    }

    /// Runs `body` until it ends or one of several processes ends; `fault` gets the process.
    static func run<Value: Sendable>(
        against pids: [Int32], orElse fault: @escaping @Sendable (Int32) -> any Error,
        body: @escaping @Sendable () async throws -> Value
    ) async -> Result<Value, any Error> {
        await withTaskGroup(of: Result<Value, any Error>?.self) { group in
            group.addTask {
                do { return .success(try await body()) } catch { return .failure(error) }
            }
            group.addTask {
                while !Task.isCancelled {
                    if let ended = pids.first(where: ProcessWatch.hasEnded) { return .failure(fault(ended)) }
                    try? await Task.sleep(for: .milliseconds(50))
                }
                return nil
            }
            defer { group.cancelAll() }
            while let ended = await group.next() {
                if let result = ended { return result }
            }
            return .failure(CancellationError())
        }
    }
}

import Host

/// Runs a part of an experiment as long as a process is alive that it needs.
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

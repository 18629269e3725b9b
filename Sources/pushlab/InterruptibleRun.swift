import Host

/// Runs a task that SIGINT and SIGTERM cancel, so that it can put its results in order.
enum InterruptibleRun {
    static func run<Value: Sendable>(_ body: sending @escaping () async throws -> Value) async throws -> Value {
        let task = Task { try await body() }
        StopSignals.whenReceived { task.cancel() }
        return try await task.value
    }
}

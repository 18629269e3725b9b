import LoadGenerator

/// Divides the clients of a plan between load processes in several places.
///
/// All processes get their part of the plan when all are ready, with the same instants, so that they start together.
/// If one of them fails, the others are stopped at once, and the failure has the name of its place.
struct SpreadLoad: LoadExecutor {
    private let places: [LoadPlace]
    private let start: @Sendable (LoadPlace) -> any LoadExecutor

    /// - Parameters:
    ///   - places: Where the processes run; at least one.
    ///   - start: Makes the executor of a place.
    init(
        _ places: [LoadPlace],
        starting start: @escaping @Sendable (LoadPlace) -> any LoadExecutor = { LoadProcess(at: $0) }
    ) {
        precondition(!places.isEmpty, "a load process needs a place")
        (self.places, self.start) = (places, start)
    }

    func whileReady<Value: Sendable>(
        _ body: @escaping @Sendable (any ReadyLoad) async throws -> Value
    ) async throws -> Value {
        let desk = SpreadDesk(places: places.count)
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            for (index, place) in places.enumerated() {
                let executor = start(place)
                group.addTask {
                    do {
                        try await executor.whileReady { try await desk.serve(index, by: $0) }
                    } catch let fault as CaseFault {
                        throw CaseFault.elsewhere(place: place.name, fault)
                    }
                    return nil
                }
            }
            group.addTask {
                // Processes without a plan then end.
                defer { desk.close() }
                try await desk.awaitReady()
                return try await body(SpreadReady(desk: desk, places: places))
            }
            var value: Value?
            // The first failure ends all tasks.
            while let result = try await group.next() { value = result ?? value }
            guard let value else { throw CancellationError() }
            return value
        }
    }
}

extension LoadProcess {
    /// A load process in one of several places.
    init(at place: LoadPlace) {
        self.init(
            executable: place.command.first ?? "", arguments: Array(place.command.dropFirst()), place: place.name)
    }
}

/// Load processes that are all ready.
private struct SpreadReady: ReadyLoad {
    let desk: SpreadDesk
    let places: [LoadPlace]

    func run(_ plan: LoadPlan) async throws -> LoadRecord {
        let parts = zip(plan.divided(by: places.count), places).enumerated().map { index, part -> LoadPlan in
            var plan = part.0
            plan.processors = part.1.isHere ? plan.processors.map { [$0[index % $0.count]] } : nil
            return plan
        }
        let records = try await desk.run(parts)
        return LoadRecord.merging(zip(records, places).map { $0.named($1.name) })
    }
}

extension LoadRecord {
    /// Says in which place the process stood still.
    fileprivate func named(_ place: String) -> LoadRecord {
        var record = self
        record.timeObjections = timeObjections.map { "\(place): \($0)" }
        return record
    }
}

/// Passes plans to the tasks of load processes, and their records back.
private final class SpreadDesk: Sendable {
    private enum Report: Sendable {
        case ready
        case record(Int, LoadRecord)
    }

    // By process.
    private let plans: [AsyncStream<LoadPlan>]
    private let givers: [AsyncStream<LoadPlan>.Continuation]
    private let reports: AsyncStream<Report>
    private let reporter: AsyncStream<Report>.Continuation

    init(places: Int) {
        let channels = (0..<places).map { _ in AsyncStream.makeStream(of: LoadPlan.self) }
        (plans, givers) = (channels.map(\.stream), channels.map(\.continuation))
        (reports, reporter) = AsyncStream.makeStream(of: Report.self)
    }

    /// Of one process: reports that it is ready, and carries out its plan if it gets one.
    func serve(_ index: Int, by load: any ReadyLoad) async throws {
        reporter.yield(.ready)
        for await plan in plans[index] {
            reporter.yield(.record(index, try await load.run(plan)))
        }
    }

    /// Waits until every process is ready.
    ///
    /// - Throws: `CancellationError`, also if a process fails.
    func awaitReady() async throws {
        var count = 0
        for await report in reports {
            if case .ready = report { count += 1 }
            if count == plans.count { return }
        }
        throw CancellationError()
    }

    /// Gives each process its plan; processes beyond the last plan get none.
    ///
    /// - Returns: The records, in the order of the plans.
    /// - Throws: `CancellationError`, also if a process fails.
    func run(_ parts: [LoadPlan]) async throws -> [LoadRecord] {
        for (giver, plan) in zip(givers, parts) { giver.yield(plan) }
        close()
        var records: [Int: LoadRecord] = [:]
        for await report in reports {
            if case .record(let index, let record) = report { records[index] = record }
            if records.count == parts.count { return parts.indices.compactMap { records[$0] } }
        }
        throw CancellationError()
    }

    /// There are no further plans.
    func close() {
        for giver in givers { giver.finish() }
    }
}

import Feed
import Host
import LinkRelay
import LoadGenerator
import Measurement
import ResultFiles
import Scenario
import Synchronization
import Transports

@testable import Lab

/// Events that the fakes record, in order.
final class EventLog: Sendable {
    // Guards the events, which several tasks add.
    private let list = Mutex<[String]>([])

    var events: [String] { list.withLock { $0 } }
    func add(_ event: String) { list.withLock { $0.append(event) } }
}

/// A host whose clock advances only when someone sleeps on it.
final class ManualHost: LabHost {
    // Guards the time, which the measuring task changes and a server's answers read.
    private let nanoseconds: Mutex<Int64>
    private let drops: KernelDrops?

    init(at nanoseconds: Int64 = 1_000_000_000, drops: KernelDrops? = KernelDrops()) {
        self.nanoseconds = Mutex(nanoseconds)
        self.drops = drops
    }

    let clockIdentity: String? = "manual"
    let loadProcessors: [Int]? = nil
    func now() -> MonotonicInstant { MonotonicInstant(nanoseconds: nanoseconds.withLock { $0 }) }
    func sleep(until instant: MonotonicInstant) async throws {
        try Task.checkCancellation()
        nanoseconds.withLock { $0 = max($0, instant.nanoseconds) }
    }
    func timeOfDay() -> UTCInstant { UTCInstant(millisecondsSince1970: now().nanoseconds / 1_000_000) }
    func kernelDrops() -> KernelDrops? { drops }
    func calibration() -> [String: String] { [:] }
}

/// A server under test without a process.
struct FakeServer: ServerUnderTest {
    var running = FakeRunningServer()
    /// Thrown instead of a start.
    var startFault: CaseFault?
    /// Thrown after the body, as for a process that died meanwhile.
    var endFault: CaseFault?
    var log = EventLog()

    func whileRunning<Value: Sendable>(
        _ body: @escaping @Sendable (any RunningServer) async throws -> Value
    ) async throws -> Value {
        if let startFault { throw startFault }
        log.add("server started")
        defer { log.add("server stopped") }
        let value = try await body(running)
        if let endFault { throw endFault }
        return value
    }
}

/// Returns the given statuses in order, then the last one again and again.
struct FakeRunningServer: RunningServer {
    var endpoint = ServerEndpoint(target: LoadTarget(port: 1_000), isFresh: true, reportsStatus: true)
    var entries: [PublicationSchedule.Entry] = []
    /// What the processes have used, one for each reading; empty for a server that reports it in its status.
    var usages: [ServerUsage] = []
    /// How far its clock is ahead of the lab's; `nil` if it does not say.
    var ahead: Duration?
    private let answers: Answers

    private final class Answers: Sendable {
        // Guards the remaining answers.
        let left: Mutex<[ServerStatus?]>
        /// Number of times that the usage was read.
        let readings = Atomic<Int>(0)
        init(_ answers: [ServerStatus?]) { left = Mutex(answers) }
    }

    /// - Parameter answers: `nil` for a request without an answer.
    init(_ answers: ServerStatus?...) {
        self.answers = Answers(answers.isEmpty ? [.fake()] : answers)
    }

    func status() throws -> ServerStatus {
        let answer = answers.left.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
        guard let answer else { throw ProbeFault.unreachable(url: "http://fake", reason: "no answer") }
        return answer
    }

    func usage() -> ServerUsage? {
        let reading = answers.readings.wrappingAdd(1, ordering: .relaxed).oldValue
        return reading < usages.count ? usages[reading] : nil
    }

    var accounting: String? { usages.isEmpty ? nil : "fake" }

    func clockAhead(of identity: String) -> Duration? { ahead }

    func schedule(from first: UInt64, to last: UInt64) -> [PublicationSchedule.Entry] {
        entries.filter { $0.sequence >= first && $0.sequence <= last }
    }
}

struct FakeMiddlebox: Middlebox {
    let name: String
    var port = 2_000
    var startFault: CaseFault?
    var log = EventLog()

    func check() throws { if let startFault { throw startFault } }
    func version() async -> String? { "1.2.3" }

    func whileRunning<Value: Sendable>(
        before entryPoint: EntryPoint, _ body: @escaping @Sendable (EntryPoint) async throws -> Value
    ) async throws -> Value {
        if let startFault { throw startFault }
        log.add("\(name) started before \(entryPoint.target.port)")
        defer { log.add("\(name) stopped") }
        return try await body(EntryPoint(LoadTarget(port: port), before: entryPoint, processes: [Int32(port)]))
    }
}

/// A simulated network that passes nothing.
final class FakeLink: RunningLink {
    private let answer: LinkRelayReport
    let log = EventLog()

    init(_ answer: LinkRelayReport = LinkRelayReport()) { self.answer = answer }

    func countStalls(from origin: MonotonicInstant) { log.add("stalls from \(origin.nanoseconds)") }
    func stop() async -> LinkRelayReport {
        log.add("stopped")
        return answer
    }
}

struct FakeLinkBox: Middlebox {
    let name = "simulated network"
    let link: FakeLink

    func check() {}
    func version() async -> String? { nil }

    func whileRunning<Value: Sendable>(
        before entryPoint: EntryPoint, _ body: @escaping @Sendable (EntryPoint) async throws -> Value
    ) async throws -> Value {
        try await body(EntryPoint(link, port: 2_002, before: entryPoint))
    }
}

/// Clients without sockets.
struct FakeLoad: LoadExecutor, ReadyLoad {
    let record: @Sendable (LoadPlan) throws -> LoadRecord

    init(_ record: @escaping @Sendable (LoadPlan) throws -> LoadRecord = { _ in LoadRecord() }) {
        self.record = record
    }

    func whileReady<Value: Sendable>(
        _ body: @escaping @Sendable (any ReadyLoad) async throws -> Value
    ) async throws -> Value {
        try await body(self)
    }

    func run(_ plan: LoadPlan) async throws -> LoadRecord { try record(plan) }
}

extension ServerStatus {
    /// A server on the clock of ``ManualHost``, half a second before its feed begins.
    static func fake(clock: String? = "manual", processID: Int32 = 7, newest: UInt64 = 0) -> ServerStatus {
        var status = ServerStatus()
        status.version = "9.9.9"
        status.clock = clock
        status.epochNanoseconds = 1_500_000_000
        status.processID = processID
        status.newest = newest
        return status
    }
}

extension Scenario.TransportUse {
    /// A transport of the standard registry; options that are not given have their defaults.
    static func fake(
        _ name: String, _ given: [String: TransportOptionValue] = [:], variant: String = ""
    ) -> Scenario.TransportUse {
        guard let type = TransportRegistry.standard.push(named: name), let options = try? type.checkedOptions(given)
        else { preconditionFailure("\(name) and these options are not a transport") }
        return Scenario.TransportUse(type, variant: variant, options: options)
    }
}

extension MeasuredCase {
    static func fake(
        _ id: String = "case", repetition: Int = 1, transport: String = "websocket", clients: Int = 2
    ) -> MeasuredCase {
        MeasuredCase(
            id: id, repetition: repetition, seed: 5,
            transport: .fake(transport),
            timing: CaseTiming(warmup: .seconds(1), duration: .seconds(10), clients: clients), feed: "synthetic")
    }
}

extension CaseOutcome {
    /// The outcome of a case without faults.
    static func fake(_ record: LoadRecord = LoadRecord(), of subject: MeasuredCase = .fake()) -> CaseOutcome {
        CaseOutcome(
            subject: subject, record: record, idle: nil, before: nil, after: nil, publisherLag: nil, published: nil,
            kernelDrops: nil)
    }
}

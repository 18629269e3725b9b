import Codecs
import Feed
import Host
import LoadGenerator
import Measurement
import Report
import ResultFiles
import Scenario
import Transports

extension Runner {
    /// A scenario's run: every case and repeat in fresh processes, in an order shuffled by the seed.
    ///
    /// - Parameters:
    ///   - run: What to run.
    ///   - repeated: The earlier run that it repeats; `nil` if it repeats none.
    ///   - settings: Settings from the command line.
    /// - Throws: What ``ScenarioRun/check()`` throws, `OutputFault` or `DescriptorLimitFault`.
    package init(_ run: ScenarioRun, repeating repeated: EarlierRun? = nil, settings: RunSettings) throws {
        try run.check()
        try settings.checkPlaces(of: run.scenario)
        var plan = RunPlan(run, settings)
        plan.recordings = try KeptRecordings(run.scenario, from: run.recordings)
        plan.repeatsRun = repeated?.manifest.runID
        try self.init(plan, settings: settings)
    }

    /// Goes on with an incomplete run, in its folder.
    ///
    /// - Parameters:
    ///   - earlier: The run.
    ///   - settings: Settings from the command line; no results are written elsewhere.
    /// - Throws: ``EarlierRunFault``; what ``ScenarioRun/check()`` throws; `DescriptorLimitFault`.
    package init(resuming earlier: EarlierRun, settings: RunSettings) throws {
        let run = try ScenarioRun(earlier, extends: true)
        try run.check()
        try settings.checkPlaces(of: run.scenario)
        try self.init(
            RunPlan(run, settings), settings: settings, in: .existing(earlier, try earlier.keptResults()))
    }
}

extension RunPlan {
    init(_ run: ScenarioRun, _ settings: RunSettings) {
        let maker = StepMaker(run, settings)
        self.init(
            scenario: run.record, seed: run.scenario.seed, steps: run.order.runs.map(maker.step),
            rowOrder: run.scenario.cases.map(\.id))
        faults = run.faults
        checks = run.checks
        claims = run.scenario.claims
        predictions = ScenarioForecast(run.scenario).rows(run.scenario, runID: "")
        options = run.options
        peers = run.scenario.peerRecords
        facts = run.scenario.scaleOutFacts
        if let rule = run.until {
            source = RepeatSource(rule, of: run.scenario, after: run.repeats, makeStep: maker.step)
        }
    }
}

/// Makes the steps of a scenario's run.
struct StepMaker: Sendable {
    private let cases: [String: Scenario.Case]
    private let run: ScenarioRun
    private let settings: RunSettings

    init(_ run: ScenarioRun, _ settings: RunSettings) {
        cases = Dictionary(run.scenario.cases.map { ($0.id, $0) }) { first, _ in first }
        (self.run, self.settings) = (run, settings)
    }

    /// - Parameter planned: A run of a case of the scenario.
    /// - Returns: Its step.
    @Sendable func step(_ planned: PlannedRun) -> RunPlan.Step {
        guard let one = cases[planned.caseID] else {
            preconditionFailure("\(planned.caseID) is not a case of the scenario")
        }
        return step(one, planned.repetition)
    }

    /// - Parameters:
    ///   - experimentCase: The case.
    ///   - repetition: Counted from 1.
    ///   - id: The case's id in results; `nil` for the id of the scenario.
    ///   - axis: A further axis of the case.
    /// - Returns: Its step.
    func step(
        _ experimentCase: Scenario.Case, _ repetition: Int, id: String? = nil, axis: CaseFact? = nil
    ) -> RunPlan.Step {
        let feed = experimentCase.feed
        let use = experimentCase.transport
        let seed = run.scenario.seed(ofRepeat: repetition)
        let network = experimentCase.network
        let middleboxes = MiddleboxChain(for: experimentCase, seed: seed)
        var timing = CaseTiming(
            warmup: experimentCase.warmup, duration: experimentCase.duration, clients: experimentCase.clients,
            encrypts: use.encrypts,
            middleboxStart: max(middleboxes.startTime, settings.recording == nil ? .zero : .milliseconds(200)),
            network: network)
        if settings.mayHaveOtherClocks || run.faults.load.clock != nil { timing.clockTime = LoadTimes.clockTime }
        var subject = MeasuredCase(
            id: id ?? experimentCase.id, repetition: repetition, seed: seed,
            transport: use, timing: timing, feed: feed.id, ratePerSecond: feed.rate?.perSecond,
            payloadBytes: feed.payload?.bytes, network: network, echo: EchoWorkload(feed))
        subject.server = experimentCase.server
        let dialect = peer(of: experimentCase)?.dialect(for: use.name) ?? ServerDialect()
        subject.pollsCurrentItems = use.type.pacing != .feed && !dialect.pollsEachItem
        subject.axes = experimentCase.axes + (axis.map { [$0] } ?? [])
        subject.content = feed.source == .synthetic ? feed.content : nil
        subject.scaleOut = experimentCase.scaleOut
        subject.strain = experimentCase.strain
        subject.clockTolerance = settings.clockTolerance
        subject.seedsMasks = settings.seedsMasks
        subject.faults = run.faults.load
        var arguments = ServerArguments(feed: feed, subject: subject, publishDelay: run.faults.publishDelay)
        arguments.recordings = run.recordings
        arguments.itemDelay = run.faults.itemDelay
        arguments.place = settings.serverPlace
        arguments.loadProcesses = settings.spread.count
        arguments.loadProcessesHere = settings.spread.processesHere
        let measurement = CaseMeasurement(
            subject: subject, server: server(of: experimentCase, arguments), middleboxes: middleboxes,
            load: settings.spread.executor(own: settings.executables.pushlab), host: ThisHost(settings))
        return RunPlan.Step(
            measurement: measurement, label: label(subject, repetition),
            estimate: Self.estimate(of: timing),
            attempts: run.faults.spoilsRuns ? 1 : Self.maximumAttempts)
    }

    private func peer(of one: Scenario.Case) -> Scenario.Peer? {
        run.scenario.peers.first { $0.name == one.server }
    }

    private func server(of one: Scenario.Case, _ arguments: ServerArguments) -> any ServerUnderTest {
        if let peer = peer(of: one) {
            var feeder = FeederArguments(feed: one.feed, subject: arguments.subject)
            feeder.recordings = run.recordings
            return PeerServer(PeerProgram(peer), feeder: feeder, executable: settings.executables.pushlab)
        }
        if let servers = one.scaleOut { return ScaleOutServer(servers, arguments, settings.executables) }
        var server = OwnServer(executable: settings.executables.server, arguments: arguments.list)
        server.place = settings.serverPlace
        return server
    }

    /// Time of a run of a case.
    static func estimate(of one: Scenario.Case) -> Duration {
        let chain = MiddleboxChain(for: one)
        return estimate(
            of: CaseTiming(
                warmup: one.warmup, duration: one.duration, clients: one.clients, encrypts: one.transport.encrypts,
                middleboxStart: chain.startTime, network: one.network))
    }

    // Starting and stopping processes takes about half a second.
    private static func estimate(of timing: CaseTiming) -> Duration {
        timing.lead + timing.feedDuration + .milliseconds(500)
    }

    private func label(_ subject: MeasuredCase, _ repetition: Int) -> String {
        let isOne = run.repeats == 1 && run.until == nil
        let isPlanned = run.until == nil && repetition <= run.repeats
        let repeats = isOne && isPlanned ? "" : ", repeat \(repetition)" + (isPlanned ? " of \(run.repeats)" : "")
        return subject.id.split(separator: "_").joined(separator: " · ") + repeats
    }

    private static let maximumAttempts = 3
}

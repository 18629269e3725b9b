import Codecs
import Feed
import Host
import Measurement
import ResultFiles
import Scenario
import Transports

extension Runner {
    /// A scenario's run: every case and repeat in fresh processes, in an order shuffled by the seed.
    ///
    /// - Parameters:
    ///   - scenario: What to run.
    ///   - text: The scenario file's text as read, for the manifest.
    ///   - faults: Faults made on purpose, to test the instrument.
    ///   - settings: Settings from the command line.
    /// - Throws: What ``check(_:)`` throws, `OutputFault` or `DescriptorLimitFault`.
    package init(
        _ scenario: Scenario, text: String, faults: DeliberateFaults = DeliberateFaults(), settings: RunSettings
    ) throws {
        try Self.check(scenario)
        let record = Manifest.ScenarioRecord(
            name: scenario.name, text: text, sha256: SHA256.hexDigest(of: text),
            question: scenario.question.isEmpty ? nil : scenario.question)
        let plan = RunPlan(
            scenario: record, seed: scenario.seed, steps: Self.steps(scenario, faults, settings),
            rowOrder: scenario.cases().map(\.id), recordings: try KeptRecordings(scenario), faults: faults)
        try self.init(plan, settings: settings)
    }

    /// Checks everything about a scenario that can be checked before the first process starts.
    ///
    /// - Throws: `ScenarioErrors` if a recording cannot be used; ``NginxProgram/Missing`` if nginx is missing.
    package static func check(_ scenario: Scenario) throws {
        try KeptRecordings.check(scenario)
        for box in scenario.transports.flatMap({ MiddleboxChain(for: $0, clients: 1).boxes }) { try box.check() }
    }

    // Each repeat has its own seed. All its transports share this seed: they carry the same items at the same times.
    private static func steps(
        _ scenario: Scenario, _ faults: DeliberateFaults, _ settings: RunSettings
    ) -> [RunPlan.Step] {
        var random = SeededGenerator(seed: scenario.seed)
        return (1...scenario.repeats).flatMap { repetition in
            var cases = scenario.cases()
            random.shuffle(&cases)
            return cases.map { step($0, repetition, of: scenario, faults, settings) }
        }
    }

    private static func step(
        _ experimentCase: Scenario.Case, _ repetition: Int, of scenario: Scenario, _ faults: DeliberateFaults,
        _ settings: RunSettings
    ) -> RunPlan.Step {
        let (feed, use) = (experimentCase.feed, experimentCase.transport)
        let seed = scenario.seed &+ UInt64(repetition - 1)
        let network = experimentCase.network
        let middleboxes = MiddleboxChain(for: use, through: network, clients: experimentCase.clients, seed: seed)
        let timing = CaseTiming(
            warmup: scenario.warmup, duration: scenario.duration, clients: experimentCase.clients,
            encrypts: use.encrypts, startsProxy: !middleboxes.isEmpty || settings.recording != nil, network: network)
        var subject = MeasuredCase(
            id: experimentCase.id, repetition: repetition, seed: seed,
            transport: use, timing: timing, feed: feed.id, ratePerSecond: feed.rate?.perSecond,
            payloadBytes: feed.payload?.bytes, network: network, echo: EchoWorkload(feed))
        subject.seedsMasks = settings.seedsMasks
        subject.faults = faults.load
        let arguments = ServerArguments(feed: feed, subject: subject, publishDelay: faults.publishDelay)
        let measurement = CaseMeasurement(
            subject: subject, server: OwnServer(executable: settings.executables.server, arguments: arguments.list),
            middleboxes: middleboxes, load: LoadProcess(executable: settings.executables.pushlab))
        let repeats = scenario.repeats > 1 ? ", repeat \(repetition) of \(scenario.repeats)" : ""
        return RunPlan.Step(
            measurement: measurement,
            label: experimentCase.id.split(separator: "_").joined(separator: " · ") + repeats,
            // Starting and stopping processes takes about half a second.
            estimate: timing.lead + timing.feedDuration + .milliseconds(500),
            attempts: faults.isEmpty ? maximumAttempts : 1)
    }

    private static let maximumAttempts = 3
}

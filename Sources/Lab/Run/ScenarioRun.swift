import Codecs
import Expressions
import Measurement
import Report
import ResultFiles
import Scenario

/// A run of a scenario before it starts: what it measures, in which order, and how long that takes.
package struct ScenarioRun: Sendable {
    /// With the cases that are run.
    package let scenario: Scenario
    /// The scenario file's text as read.
    let text: String
    let options: Manifest.RunOptions
    /// The runs that are planned; `--until` adds others.
    let order: RunOrder
    var recordings = RecordingPlaces()
    /// From the command line, or from the manifest of the run that is repeated.
    package let faults: DeliberateFaults
    /// Conditions of the scenario and the command line on the results.
    let checks: [ResultCheck]
    let until: RepeatRule?

    /// A new run.
    ///
    /// - Parameters:
    ///   - scenario: What to run, without the cases that `options.only` leaves out.
    ///   - text: The scenario file's text as read, for the manifest.
    ///   - options: The options that the manifest lists.
    ///   - failIf: Conditions that must not hold.
    ///   - until: When the repeats end.
    ///   - faults: Faults made on purpose, to test the instrument.
    package init(
        _ scenario: Scenario, text: String, options: Manifest.RunOptions = Manifest.RunOptions(),
        failIf: [ResultCheck] = [], until: RepeatUntil? = nil, faults: DeliberateFaults = DeliberateFaults()
    ) {
        var options = options
        options.failIf = failIf.map(\.predicate.text)
        options.until = until?.conditions.map(\.predicate.text) ?? []
        options.mostRepeats = until?.most
        self.init(
            scenario, text, options, RunOrder(scenario), failIf: failIf,
            until: until.map { RepeatRule(conditions: $0.conditions, most: $0.most) }, faults: faults)
    }

    private init(
        _ scenario: Scenario, _ text: String, _ options: Manifest.RunOptions, _ order: RunOrder,
        failIf: [ResultCheck], until: RepeatRule?, faults: DeliberateFaults
    ) {
        (self.scenario, self.text, self.options, self.order) = (scenario, text, options, order)
        checks = scenario.thresholds.map { ResultCheck(.threshold, $0) } + failIf + (until?.conditions ?? [])
        self.until = until
        self.faults = faults
    }

    /// An earlier run.
    ///
    /// - Parameters:
    ///   - earlier: The run.
    ///   - extends: Whether `--until` may add repeats. A repetition of the run has exactly its repeats.
    /// - Throws: ``EarlierRunFault`` for a condition that this version of the program does not read.
    package init(_ earlier: EarlierRun, extends: Bool) throws(EarlierRunFault) {
        let options = earlier.options
        let conditions = try earlier.conditions(.until, options.until)
        let until =
            conditions.isEmpty
            ? nil
            : RepeatRule(conditions: conditions, most: extends ? options.mostRepeats ?? RepeatUntil.defaultMost : 0)
        self.init(
            earlier.scenario, earlier.manifest.scenario.text, options, earlier.order,
            failIf: try earlier.conditions(.failIf, options.failIf), until: until,
            faults: DeliberateFaults(earlier.manifest))
        recordings = earlier.recordings
    }

    /// Checks everything that can be checked before the first process starts.
    ///
    /// - Throws: `ScenarioErrors` if a recording cannot be used; ``ProxyMissing``, ``TooManyProxyClients`` or
    ///   ``RedisMissing`` if a program cannot be used.
    package func check() throws {
        try KeptRecordings.check(scenario, from: recordings)
        for one in scenario.cases {
            if one.scaleOut != nil { try RedisServer.check() }
            for box in MiddleboxChain(for: one).boxes { try box.check() }
        }
    }

    var record: Manifest.ScenarioRecord {
        Manifest.ScenarioRecord(
            name: scenario.name, text: text, sha256: SHA256.hexDigest(of: text),
            question: scenario.question.isEmpty ? nil : scenario.question)
    }

    /// Whether WebSocket keys and masks come from the seed.
    package var seedsMasks: Bool { options.seededMasks }
    /// Whether packets are captured.
    package var captures: Bool { options.capture }

    /// The repeats that are planned.
    var repeats: Int { order.runs.map(\.repetition).max() ?? scenario.repeats }
}

/// `--until` and `--most-repeats`.
package struct RepeatUntil: Sendable, Equatable {
    let conditions: [ResultCheck]
    /// Repeats of a case at most, its planned ones included.
    let most: Int

    /// Without `--most-repeats`, unless the scenario has more repeats.
    package static let defaultMost = 30

    /// Takes conditions that end the repeats of a case when all hold.
    package init(_ conditions: [ResultCheck], most: Int) {
        (self.conditions, self.most) = (conditions, most)
    }
}

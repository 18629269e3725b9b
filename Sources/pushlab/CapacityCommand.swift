import ArgumentParser
import Arguments
import Expressions
import Glibc
import Host
import Lab
import Measurement
import ResultFiles
import Scenario

struct CapacityCommand: AsyncParsableCommand, CommandAdvice {
    static let configuration = CommandConfiguration(
        commandName: "capacity",
        abstract: "Searches the largest load at which a condition is false, for each case of a scenario.",
        discussion: """
            Doubles a field until the condition holds, then narrows the interval, then repeats the loads next to the \
            edge. Each measurement is a run of the scenario with this value. Writes the folder of a run, with a row \
            per measurement in capacity.csv.
            """)

    static let example = "pushlab capacity quickstart --raise clients --until 'latency_p99_us > 50ms or missed > 0'"

    static func advice(onOption option: String, value: String?) -> String? {
        RunOptions.advice(onOption: option, value: value)
    }

    @Argument(
        help: "YAML file of the scenario, or the name of an installed one.", completion: .file(extensions: ["yaml"]))
    var scenario: String

    @Option(
        help: ArgumentHelp(
            """
            The field to raise: clients, rate, payload, feeds[0].rate, network.rtt, long-poll.hold or another one with \
            numbers; Scenarios/README.md lists them.
            """, valueName: "field"),
        transform: Self.field)
    var raise: RaisedField

    @Option(
        help: ArgumentHelp(
            "The condition to stop at, such as 'latency_p99_us > 50ms or missed > 0'.", valueName: "condition"),
        transform: Self.condition)
    var until: Expressions.Predicate

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The first value. (default: that of the scenario, the smallest of a list)", valueName: "value"))
    var start: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The largest value to measure. (default: the largest that the field allows)", valueName: "value"))
    var most: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "How close the two values next to the edge must be, 0.1% to 50%. (default: 5%)", valueName: "share"),
        transform: ArgumentReading.quantity(
            in: Percentage(partsPerBillion: 1_000_000)...Percentage(percent: 50)))
    var precision = Percentage(percent: 5)

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Measurements of each value next to the edge, 1 to 99. (default: 3)", valueName: "n"),
        transform: ArgumentReading.number(in: 1...99))
    var edgeRepeats = 3

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Time for all measurements, 10s to 24h. (default: 1h)", valueName: "time"),
        transform: ArgumentReading.quantity(in: .seconds(10)...Duration.seconds(86_400)))
    var time = Duration.seconds(3_600)

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("Change a field of the scenario; can be repeated.", valueName: "path=value"))
    var changes: [String] = []

    @Option(
        help: ArgumentHelp("Folder for the results, which must not exist; its parent must.", valueName: "folder"))
    var out: String?

    @Flag(help: "Print errors and answers only.")
    var quiet = false

    @OptionGroup var load: LoadPlaceOptions
    @OptionGroup var server: ServerPlaceOptions
    @OptionGroup var format: FormatOption

    @OptionGroup(visibility: .hidden)
    var faults: FaultOptions

    func validate() throws { try server.check(load) }

    func run() async throws {
        let search = try makeSearch()
        if let sentence = faults.faults.sentence { Complaint.show(sentence) }
        let (out, progress, load, server) = (out, progress, load, server)
        let ending = try await RunControl.interruptible {
            var settings = try RunSettings(out: out, seedsMasks: false, progress: progress)
            settings.spread = load.spread
            settings.serverPlace = server.place
            settings.clockTolerance = load.clockTolerance
            let runner: Runner
            do { runner = try Runner(search, settings: settings) } catch { throw Failure("\(error)", code: .usage) }
            return try await runner.run()
        }
        try conclude(ending)
    }

    /// - Throws: ``Failure`` with exit code 2.
    func makeSearch() throws -> CapacityRun {
        if let subject = until.references.compactMap(\.subject).first {
            throw Failure(
                "--until names the case \(subject.prefix(64)); each case is searched alone, so write columns without "
                    + "a name before them", code: .usage)
        }
        if until.references.isEmpty { throw Failure("--until names no column of the results", code: .usage) }
        if until.needsInterval {
            throw Failure(
                "--until has ci(…), which needs 6 repeats of a load; capacity decides by each measurement alone, so "
                    + "write columns without ci", code: .usage)
        }
        let file = try ScenarioFile(scenario, overrides: changes)
        let start = try loadValue(start, "--start") ?? raise.smallest(in: file.scenario)
        let most = try loadValue(most, "--most") ?? highest(from: start)
        guard let start else {
            throw Failure(
                "--start is missing: the scenario has no single value of \(raise.path) to begin with", code: .usage)
        }
        if start > most {
            throw Failure(
                "--most is \(raise.text(most)); allowed \(raise.text(start)), the first value, to "
                    + "\(raise.text(highest(from: start)))", code: .usage)
        }
        var limits = CapacitySearch.Limits(start: start, range: min(raise.range.lowerBound, start)...most)
        limits.precision = precision.fraction
        limits.edgeRepeats = edgeRepeats
        do throws(ScenarioErrors) {
            return try CapacityRun(
                text: file.text, file: file.path, overrides: changes, raising: raise, until: until, limits: limits,
                time: time, faults: faults.faults, peers: file.peers)
        } catch {
            throw Failure("\(error)", code: .usage)
        }
    }

    /// A value of the field that the load processes can have.
    private func loadValue(_ text: String?, _ option: String) throws -> Double? {
        guard let text else { return nil }
        do {
            let value = try raise.value(of: text)
            if raise.isNumberOfClients { try load.spread.check(clients: Int(value), named: option) }
            return value
        } catch let error as QuantityError {
            throw Failure(error.sentence(about: option), code: .usage)
        } catch let error as CrowdedProcesses {
            throw Failure("\(error)", code: .usage)
        }
    }

    // If the scenario itself begins with too many clients, the run refuses it.
    private func highest(from start: Double?) -> Double {
        guard raise.isNumberOfClients else { return raise.range.upperBound }
        return max(start ?? 0, min(raise.range.upperBound, Double(load.spread.mostClients)))
    }

    private var progress: any RunProgress {
        if quiet { return NoProgress() }
        return isatty(STDERR_FILENO) == 1 ? BarProgress() : PlainProgress()
    }

    /// Prints the answers.
    private func conclude(_ ending: RunEnding) throws {
        let open: [CapacityRow.Outcome] = [.undecided, .outOfTime, .searching]
        let isOpen = ending.capacity.contains { open.contains($0.answer.outcome) }
        let code = Failure.Code.first(
            of: (ending.wasInterrupted ? [.interrupted] : []) + (isOpen ? [Failure.Code.undecided] : []))
        switch format.value {
        case .json:
            CommandOutput.show(
                "capacity", code: code,
                [
                    ("folder", .string(ending.folder)), ("interrupted", .flag(ending.wasInterrupted)),
                    ("field", .string(raise.path)), ("condition", .string(until.text)),
                    ("answers", .array(ending.capacity.map(\.json))),
                ])
        case .text:
            for finding in ending.capacity { print(finding.sentence) }
            if !quiet { print("Files: \(ending.folder)") }
        }
        if ending.wasInterrupted {
            let isEmpty = ending.results.summary.isEmpty
            let kept = isEmpty ? "nothing was measured" : "what was measured is in \(ending.folder)"
            throw Failure("interrupted; \(kept); a search does not go on later, so start it again", code: .interrupted)
        }
        if let code { throw ExitCode(code.rawValue) }
    }

    private static func field(_ text: String) throws -> RaisedField {
        do { return try RaisedField(text) } catch { throw ValidationError("\(error)") }
    }

    private static func condition(_ text: String) throws -> Expressions.Predicate {
        do throws(ExpressionFault) {
            return try Expressions.Predicate(text, columns: .results)
        } catch {
            throw ValidationError("\(error)")
        }
    }
}

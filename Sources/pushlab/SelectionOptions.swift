import ArgumentParser
import Arguments
import Expressions
import Lab
import Report
import ResultFiles
import Scenario

/// Which cases run, and how often.
struct SelectionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Run only the cases whose id fits; can be repeated. * is any text, ? any character: --only '*_websocket'. \
            Order and seeds stay those of the whole scenario.
            """, valueName: "pattern"))
    var only: [String] = []

    @Option(
        help: ArgumentHelp(
            """
            Add repeats of each case until this holds; can be repeated: --until 'ci(latency_p50_us) < 5%'. \
            Scenarios/README.md explains conditions.
            """, valueName: "condition"),
        transform: Self.reading)
    var until: [ResultCheck] = []

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Most repeats per case with --until, 1 to 1000. (default: 30)", valueName: "n"),
        transform: ArgumentReading.number(in: 1...1_000))
    var mostRepeats: Int?

    func validate() throws {
        if mostRepeats != nil, until.isEmpty {
            throw ValidationError("--most-repeats is given, which needs --until; --repeats sets a fixed number")
        }
    }

    /// The options that are given.
    var given: [String] {
        [("--only", !only.isEmpty), ("--until", !until.isEmpty), ("--most-repeats", mostRepeats != nil)]
            .filter(\.1).map(\.0)
    }

    /// - Returns: The scenario without the cases that are left out.
    /// - Throws: ``Failure`` with exit code 2 if no case is left.
    func apply(to scenario: Scenario) throws -> Scenario {
        do {
            return try scenario.only(only.map { CasePattern($0) })
        } catch {
            throw Failure("\(error)", code: .usage)
        }
    }

    /// - Returns: `nil` without `--until`.
    /// - Throws: ``Failure`` with exit code 2 if the scenario and these options contradict each other.
    func repeats(of scenario: Scenario) throws -> RepeatUntil? {
        if until.isEmpty { return nil }
        for check in until {
            guard let sentence = scenario.cases.complaint(about: check.predicate) else { continue }
            throw Failure("--until has \"\(check.predicate.text)\": \(sentence)", code: .usage)
        }
        let most = mostRepeats ?? max(RepeatUntil.defaultMost, scenario.repeats)
        if most < scenario.repeats {
            throw Failure(
                "--most-repeats is \(most); allowed \(scenario.repeats) to 1000, since each case runs "
                    + "\(scenario.repeats) times at least (repeats)", code: .usage)
        }
        let runs = scenario.cases.count * most
        if runs > Scenario.maximumRuns {
            throw Failure(
                "--until may make \(runs) runs (\(scenario.cases.count) cases, \(most) repeats); allowed 1 to "
                    + "\(Scenario.maximumRuns); lower --most-repeats", code: .usage)
        }
        return RepeatUntil(until, most: most)
    }

    private static func reading(_ text: String) throws -> ResultCheck {
        do throws(ExpressionFault) {
            return ResultCheck(.until, try Predicate(text, columns: .results))
        } catch {
            throw ValidationError("\(error)")
        }
    }
}

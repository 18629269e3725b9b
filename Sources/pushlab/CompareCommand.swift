import ArgumentParser
import Arguments
import Foundation
import Host
import Measurement
import Report
import ResultFiles

struct CompareCommand: AsyncParsableCommand, CommandAdvice {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Compares two runs of a scenario, or two cases of one run, metric by metric.",
        discussion: """
            Each run needs five valid repeats or more, and more with more metrics: with fewer, no test can separate a \
            difference from noise. Eight are enough for most scenarios: pushlab run SCENARIO --repeats 8. All metrics \
            of all cases are judged together. The verdict is better, worse or no detectable difference. Counts of \
            missed, duplicate and reordered items need no test if one run has none: the other run is worse then.

            With --cases, two cases of one run: is one transport lower or higher than another? Repeats are pairs.

            Exit code 0 if the runs could be compared, whatever the verdict; 2 if not. With --fail-on, 3 if a metric \
            has this verdict, and 4 if none has but the repeats are too few to tell, or a run lacks a case of the other.
            """)

    @Argument(help: "Folder of the run to compare with.")
    var baseline: String

    @Argument(help: "Folder of the run that may be better or worse; none with --cases.")
    var candidate: String?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Compare two cases of the run: transports, labels, servers or ids, such as --cases long-poll websocket.",
            valueName: "name"))
    var cases: [String] = []

    @Option(
        help: ArgumentHelp(
            "Exit code 3 if a metric is worse, or differs at all: worse or any.", valueName: "verdict"),
        transform: ArgumentReading.choice)
    var failOn: FailingVerdict?

    @OptionGroup var format: FormatOption
    @OptionGroup var junit: JUnitOption

    static let example = "pushlab compare Results/quickstart/OLD Results/quickstart/NEW"

    func validate() throws {
        if cases.isEmpty {
            if candidate == nil {
                throw ValidationError("compare needs two folders, or one folder and --cases, such as: \(Self.example)")
            }
        } else {
            if candidate != nil {
                throw ValidationError("--cases compares cases of one run, and two folders are given")
            }
            if cases.count != 2 {
                throw ValidationError(
                    "--cases has \(cases.count) name\(cases.count == 1 ? "" : "s"); allowed 2, such as --cases "
                        + "long-poll websocket")
            }
            if failOn == .worse {
                throw ValidationError("--fail-on is worse; of two cases, none is the better one: allowed any")
            }
        }
    }

    func run() async throws {
        let columns = Terminal.columns(of: STDOUT_FILENO) ?? ResultTableText.standardColumns
        do {
            if let candidate {
                let comparison = try FolderComparison(baseline: baseline, candidate: candidate)
                let suite = comparison.junit(failing: failOn?.verdicts ?? [])
                try conclude(comparison.outcome, comparison.text(columns: columns), comparison.json, suite)
            } else {
                let comparison = try PairedComparison(directory: baseline, baseline: cases[0], candidate: cases[1])
                try conclude(
                    comparison.outcome, comparison.text(columns: columns), comparison.json,
                    comparison.junit(failing: failOn != nil))
            }
        } catch let error as ReportError {
            throw Failure("\(error)", code: .usage)
        }
    }

    private func conclude(
        _ outcome: ComparisonOutcome, _ text: String, _ fields: [(String, JSONValue)], _ suite: JUnitSuite
    ) throws {
        let fault = junit.write(suite)
        let codes = [fault.map { _ in Failure.Code.failed }, failOn.flatMap { outcome.exitCode(failing: $0) }]
        let code = Failure.Code.first(of: codes.compactMap { $0 })
        let gaps = [baseline, candidate].compactMap { $0.flatMap(IncompleteRun.sentence(on:)) }
        switch format.value {
        case .text:
            for gap in gaps { Complaint.show("warning: \(gap)") }
            print(text)
        case .json:
            CommandOutput.show(
                "compare", code: code, fields + [("incomplete", .array(gaps.map(JSONValue.string)))])
        }
        if let fault { Complaint.show("--junit: \(fault)") }
        if let code { throw ExitCode(code.rawValue) }
    }
}

extension ComparisonOutcome {
    /// The exit code with `--fail-on`; `nil` for 0.
    func exitCode(failing: FailingVerdict) -> Failure.Code? {
        if worse > 0 || failing == .any && different > 0 { return .condition }
        return undecided > 0 ? .undecided : nil
    }
}

/// The verdicts of a comparison that end it with exit code 3.
enum FailingVerdict: String, CaseIterable {
    case worse
    /// Better, worse, lower or higher.
    case any

    /// Of two runs.
    var verdicts: Set<Verdict> { self == .worse ? [.worse] : [.worse, .better] }
}

import ArgumentParser
import Arguments
import Foundation
import Host
import Lab
import Measurement
import Prediction
import Report
import ResultFiles
import Scenario
import Transports

struct PredictCommand: AsyncParsableCommand, CommandAdvice {
    static let configuration = CommandConfiguration(
        commandName: "predict",
        abstract: "Says what the formulas predict for a scenario; runs nothing.",
        discussion: """
            Results/formulas.md has the formulas. A run writes the same figures to predictions.csv. With --clients the \
            numbers are those of any number of clients, also of more than a machine can carry.
            """)

    static let example = "pushlab predict quickstart"

    @Argument(
        help: "YAML file of the scenario, or the name of an installed one, such as quickstart.",
        completion: .file(extensions: ["yaml"]))
    var scenario: String

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("Change a field, as in 'run'; can be repeated.", valueName: "path=value"),
        transform: RunOptions.change)
    var overrides: [String] = []

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Number of clients instead of the scenario's: 1 to 1000000000.", valueName: "n"),
        transform: ArgumentReading.number(in: 1...1_000_000_000))
    var clients: Int?

    @Option(help: "text, csv as in predictions.csv, or json. (default: text)", transform: ArgumentReading.choice)
    var format = PredictionFormat.text

    @Option(
        help: ArgumentHelp(
            """
            Folder of a run of this scenario: compare its bytes with what the formulas give for its numbers of \
            messages, layer by layer. Exit code 3 if they differ, 4 without a case with exact formulas.
            """, valueName: "folder"))
    var counts: String?

    func validate() throws {
        if counts != nil, format == .csv {
            throw ValidationError("--format is csv, which --counts does not have; allowed text, json")
        }
    }

    func run() async throws {
        let scenario = try ScenarioFile(scenario, overrides: overrides).scenario
        if let counts { return try compare(scenario, with: counts) }
        let forecast = ScenarioForecast(scenario)
        let all = scenario.cases.map { ($0, forecast.prediction(of: $0, clients: clients.map(Double.init))) }
        switch format {
        case .csv:
            print(PredictionRow.table.text(of: all.flatMap { $0.1?.rows(runID: "planned") ?? [] }), terminator: "")
        case .json:
            CommandOutput.show("predict", code: nil, PredictionJSON.fields(scenario, all, clients: clients))
        case .text:
            let columns = Terminal.columns(of: STDOUT_FILENO) ?? Terminal.defaultColumns
            print(PredictionText(scenario, all, clients: clients, columns: columns).text)
        }
    }
}

extension PredictCommand {
    /// Prints a line or an object per run of a case.
    ///
    /// - Throws: `ExitCode` 3 if the formulas do not give the counted bytes.
    private func compare(_ scenario: Scenario, with folder: String) throws {
        let comparisons: [CountedBytes.Comparison]
        do {
            comparisons = try CountedBytes(folder: folder).comparisons(with: scenario)
        } catch {
            throw Failure("\(error)", code: .usage)
        }
        if comparisons.isEmpty {
            throw Failure(
                "\(folder) has no run with valid bytes of a case of this scenario whose bytes the formulas give "
                    + "exactly",
                code: .undecided)
        }
        let code = comparisons.allSatisfy(\.holds) ? nil : Failure.Code.condition
        if format == .json {
            CommandOutput.show("predict", code: code, PredictionJSON.fields(scenario, comparisons, of: folder))
        } else {
            Self.show(comparisons)
        }
        if let code { throw ExitCode(code.rawValue) }
    }

    private static func show(_ comparisons: [CountedBytes.Comparison]) {
        for one in comparisons {
            let verdict = one.encryptedRatio.map { "\(Figure.significant($0 * 100)) % of the bytes without handshakes" }
            print("\(one.holds ? "ok" : "✗") \(one.caseID), repeat \(one.repetition): \(verdict ?? "every layer")")
            if one.holds { continue }
            for (layer, predicted, counted) in one.differences {
                print("    \(layer): \(Int(predicted)) B predicted, \(Int(counted)) B counted")
            }
        }
        print("\(comparisons.count { $0.holds }) of \(comparisons.count) runs have the predicted bytes")
    }
}

enum PredictionFormat: String, CaseIterable, Sendable {
    case text, csv, json
}

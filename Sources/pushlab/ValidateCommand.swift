import ArgumentParser
import Arguments
import Measurement
import Scenario

struct ValidateCommand: AsyncParsableCommand, CommandAdvice {
    static let configuration = CommandConfiguration(
        commandName: "validate", abstract: "Checks a scenario and lists its cases; runs nothing.",
        discussion: "Takes every option of 'run', to check a command line before the run.")

    static let example = "pushlab validate quickstart"
    static func advice(onOption option: String, value: String?) -> String? {
        RunOptions.advice(onOption: option, value: value)
    }

    @OptionGroup var options: RunOptions

    func run() async throws {
        let scenario = try options.readScenario().scenario
        try options.check(scenario)
        if options.quiet { return }
        let cases = scenario.cases()
        for experimentCase in cases { print(experimentCase.id) }
        let counts = [Self.counted(cases.count, "case"), Self.counted(cases.count * scenario.repeats, "run")]
        print("\(counts.joined(separator: ", ")), \(scenario.measuringTime.spokenText) of warm-up and measurement")
    }

    private static func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}

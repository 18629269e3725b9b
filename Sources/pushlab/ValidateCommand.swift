import ArgumentParser
import Arguments
import Lab
import Measurement
import Report
import ResultFiles
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
        do {
            let request = try options.request()
            try options.check(request)
            let run = try request.run()
            var lines = run.description
            if case .resume(let earlier) = request { lines.append(try rest(of: earlier)) }
            try conclude(.success((run, lines)))
        } catch let mistakes as Failure where mistakes.code == .usage {
            try conclude(.failure(mistakes))
        }
    }

    /// Prints the cases or the mistakes, and writes the file of `--junit`.
    private func conclude(_ result: Result<(run: ScenarioRun, lines: [String]), Failure>) throws {
        let mistakes: Failure? = if case .failure(let mistakes) = result { mistakes } else { nil }
        let fault = options.output.junit.write(junit(mistakes))
        let codes = [mistakes?.code, fault.map { _ in Failure.Code.failed }].compactMap { $0 }
        let code = Failure.Code.first(of: codes)
        switch (options.output.format.value, result) {
        case (.json, .success(let valid)): CommandOutput.show("validate", code: code, valid.run.json)
        case (.json, .failure(let mistakes)): CommandOutput.show("validate", code: code, [("errors", mistakes.json)])
        case (.text, .success(let valid)) where !options.output.quiet: for line in valid.lines { print(line) }
        case (.text, _): break
        }
        if let fault { Complaint.show("--junit: \(fault)") }
        if let mistakes { throw mistakes }
        if let code { throw ExitCode(code.rawValue) }
    }

    private func junit(_ mistakes: Failure?) -> JUnitSuite {
        let name = options.scenario ?? options.earlier.name
        let test = JUnitSuite.Test(
            group: name, name: "scenario", mistakes.map { .failed($0.description) } ?? .passed)
        return JUnitSuite(name: "pushlab validate \(name)", tests: [test])
    }

    private func rest(of earlier: EarlierRun) throws -> String {
        do {
            return try earlier.rest
        } catch {
            throw Failure("\(error)", code: .usage)
        }
    }
}

extension Failure {
    /// One sentence per mistake.
    fileprivate var json: JSONValue { .array(description.split(separator: "\n").map { .string(String($0)) }) }
}

extension ScenarioRun {
    fileprivate var json: [(String, JSONValue)] {
        let cases = scenario.cases.map { one -> JSONValue in
            [
                "case_id": .string(one.id), "server": .string(one.server),
                "transport": .string(one.transport.name), "variant": .string(one.transport.variant),
                "clients": .number(one.clients),
                "axes": JSONValue(fields: one.axes.map { ($0.name, .string($0.value)) }),
            ]
        }
        let leftOut = scenario.leftOut.map { one -> JSONValue in
            ["server": .string(one.server), "transport": .string(one.transport)]
        }
        return [
            ("scenario", .string(scenario.name)), ("question", .string(scenario.question)), ("errors", []),
            ("notes", .array(repeatNotes.map(JSONValue.string))), ("cases", .array(cases)),
            ("left_out", .array(leftOut)),
            ("repeats", .number(scenario.repeats)), ("runs", .number(runCount)),
            ("measuring_s", .number(measuringTime.seconds)), ("estimate_s", .number(estimate.seconds)),
        ]
    }
}

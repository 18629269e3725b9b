import ArgumentParser
import Arguments
import Expressions
import Report
import ResultFiles
import Scenario

/// Conditions on the results that decide the exit code.
struct CheckOptions: ParsableArguments {
    @Option(
        name: .customLong("fail-if"),
        help: ArgumentHelp(
            """
            End with exit code 3 if this holds for a case; can be repeated: --fail-if 'missed > 0' \
            --fail-if 'websocket.latency_p99_us > 5ms'. Scenarios/README.md explains conditions.
            """, valueName: "condition"),
        transform: Self.reading)
    var checks: [ResultCheck] = []

    /// - Throws: ``Failure`` with exit code 2 if a condition names a case that the scenario does not have.
    func check(_ scenario: Scenario) throws {
        for check in checks {
            guard let sentence = scenario.cases.complaint(about: check.predicate) else { continue }
            throw Failure("--fail-if has \"\(check.predicate.text)\": \(sentence)", code: .usage)
        }
    }

    /// - Throws: `ValidationError` if a condition names another transport than the one that `load` measures.
    func check(loading transport: String) throws {
        guard let check = checks.first(where: { $0.names(anotherCaseThan: transport) }) else { return }
        throw ValidationError(
            "--fail-if has \"\(check.predicate.text)\"; load measures only \(transport), so name no case"
        )
    }

    private static func reading(_ text: String) throws -> ResultCheck {
        do throws(ExpressionFault) {
            return ResultCheck(.failIf, try Predicate(text, columns: .results))
        } catch {
            throw ValidationError("\(error)")
        }
    }
}

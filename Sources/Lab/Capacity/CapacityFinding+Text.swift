import ResultFiles
import Scenario

extension CapacityFinding {
    /// The answer in one sentence.
    package var sentence: String {
        "\(name): \(verdict), after \(steps) measurement\(steps == 1 ? "" : "s")"
    }

    /// For programs.
    package var json: JSONValue {
        func number(_ value: Double?) -> JSONValue { value.map(JSONValue.number) ?? .null }
        return JSONValue(
            fields: [
                ("name", .string(name)), ("unit", .optional(field.unit)), ("answer", number(answer.load)),
                ("low", number(answer.low)), ("high", number(answer.high)),
                ("outcome", .string(answer.outcome.rawValue)), ("reason", .optional(answer.reason)),
                ("measurements", .number(steps)),
            ])
    }

    private var verdict: String {
        let found = answer.load.map { "\(field.name) \(field.text($0))\(interval)" } ?? "no value of \(field.name)"
        switch answer.outcome {
        case .found: return found
        case .neverReached: return "at least \(found); the condition was never true up to there"
        case .alwaysReached:
            return "\(answer.high.map { "below \(field.name) \(field.text($0))" } ?? found); the condition was true "
                + "at every value"
        case .undecided where answer.load == nil:
            return "not found: the results do not tell: \(answer.reason ?? "unknown")"
        case .undecided: return "at least \(found); above it the results do not tell: \(answer.reason ?? "unknown")"
        case .outOfTime: return "not found in the time; so far \(found)"
        case .searching: return "not found before the interruption; so far \(found)"
        }
    }

    /// ` (95 to 101)`.
    private var interval: String {
        guard let low = answer.low, let high = answer.high, answer.outcome == .found else { return "" }
        return " (\(field.text(low)) to \(field.text(high)))"
    }
}

import Lab
import Prediction
import ResultFiles
import Scenario

/// Predictions for programs.
enum PredictionJSON {
    /// The fields of `predict`.
    ///
    /// - Parameters:
    ///   - scenario: The scenario.
    ///   - predictions: Its cases; `nil` where the rate or the size of the feed is not known.
    ///   - clients: The number that replaces the scenario's.
    /// - Returns: The fields.
    static func fields(
        _ scenario: Scenario, _ predictions: [(Scenario.Case, CasePrediction?)], clients: Int?
    ) -> [(String, JSONValue)] {
        let cases = predictions.map { one, prediction in
            JSONValue(
                fields: [
                    ("case_id", .string(one.id)), ("transport", .string(one.transport.name)),
                    ("clients", .number(clients ?? one.clients)),
                    ("quantities", prediction.map(quantities) ?? .null),
                ])
        }
        return [("scenario", .string(scenario.name)), ("cases", .array(cases))]
    }

    private static func quantities(_ prediction: CasePrediction) -> JSONValue {
        JSONValue(
            fields: prediction.figures.map { figure in
                (
                    figure.quantity,
                    JSONValue(
                        fields: [
                            ("unit", .optional(figure.unit)), ("value", .number(figure.value.value)),
                            ("low", .number(figure.value.low)), ("high", .number(figure.value.high)),
                            ("formula", .string(figure.formula.id)),
                        ])
                )
            })
    }

    /// The fields of `predict --counts`.
    static func fields(
        _ scenario: Scenario, _ comparisons: [CountedBytes.Comparison], of folder: String
    ) -> [(String, JSONValue)] {
        let runs = comparisons.map { one in
            JSONValue(
                fields: [
                    ("case_id", .string(one.caseID)), ("repeat", .number(one.repetition)), ("holds", .flag(one.holds)),
                    ("encrypted_ratio", one.encryptedRatio.map(JSONValue.number) ?? .null),
                    ("differences", .array(one.differences.map(difference))),
                ])
        }
        return [("scenario", .string(scenario.name)), ("folder", .string(folder)), ("runs", .array(runs))]
    }

    private static func difference(_ one: (layer: String, predicted: Double, counted: Double)) -> JSONValue {
        JSONValue(
            fields: [
                ("layer", .string(one.layer)), ("predicted", .number(one.predicted)), ("counted", .number(one.counted)),
            ])
    }
}

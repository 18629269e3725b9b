import Lab
import Measurement
import Prediction
import Report
import Scenario

/// Predictions as text, a block per case.
struct PredictionText {
    private let scenario: Scenario
    private let predictions: [(Scenario.Case, CasePrediction?)]
    private let clients: Int?
    private let columns: Int

    /// - Parameters:
    ///   - scenario: What is predicted.
    ///   - predictions: Of each case; `nil` if nothing is known of one.
    ///   - clients: Instead of the scenario's.
    ///   - columns: Width of the terminal.
    init(_ scenario: Scenario, _ predictions: [(Scenario.Case, CasePrediction?)], clients: Int?, columns: Int) {
        (self.scenario, self.predictions, self.clients, self.columns) = (scenario, predictions, clients, columns)
    }

    var text: String {
        var lines = ["\(scenario.name): predicted, per run of a case" + (clients.map { ", \($0) clients" } ?? "")]
        if !scenario.question.isEmpty { lines += WrappedText.lines(scenario.question, columns: columns) }
        for (experimentCase, prediction) in predictions {
            lines += ["", experimentCase.id]
            guard let prediction else {
                lines.append(
                    experimentCase.server == Scenario.ownServer
                        ? "  nothing: the rate or the size of the feed is not known"
                        : "  nothing: the formulas are those of PushLab's own server")
                continue
            }
            lines += prediction.figures.filter { Self.shown.contains($0.quantity) }.flatMap { self.lines($0) }
            if prediction["latency_mean_us"] == nil {
                lines.append("  no delays: no formula gives them; see \"Not predicted\" in Results/formulas.md")
            }
            if prediction.bytes == nil {
                lines.append("  no bytes: HTTP/2, compression or a proxy decide them")
            }
        }
        return (lines + ["", "The ids of the formulas are those of Results/formulas.md."]).joined(separator: "\n")
    }

    private static let shown = [
        "latency_p50_us", "latency_mean_us", "latency_max_us", "coherence_ratio", "redundancy_ratio", "connects",
        "requests", "empty_responses", "items_per_response", "requests_per_client_s", "overhead_bytes_per_item",
        "bytes_per_client_s", "payload_bytes_total", "tcp_payload_bytes_up", "tcp_payload_bytes_down",
        "wire_bytes_estimated", "up.http_head", "down.http_head",
    ]

    /// What does not fit on the line of the name goes below.
    private func lines(_ figure: CasePrediction.Figure) -> [String] {
        let unit = figure.unit.map { " \($0)" } ?? ""
        let value = figure.value
        let range =
            value.isExact
            ? "" : "(\(Figure.significant(value.low)) to \(Figure.significant(value.high)))"
        let name = figure.quantity.padding(to: 24)
        let number = (Figure.significant(value.value) + unit).padding(to: 18)
        var lines = ["  \(name)\(number)"]
        for part in [range.padding(to: 23), figure.formula.id] {
            let last = lines.count - 1
            let width = part.replacing(#/\s+$/#, with: "").count
            if lines[last].count + width <= columns {
                lines[last] += part
            } else {
                lines.append(String(repeating: " ", count: min(26, max(4, columns - width))) + part)
            }
        }
        return lines.map { $0.replacing(#/\s+$/#, with: "") }
    }
}

extension String {
    fileprivate func padding(to width: Int) -> String {
        self + String(repeating: " ", count: max(1, width - count))
    }
}

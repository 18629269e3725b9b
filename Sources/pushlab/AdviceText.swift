import Foundation
import Host
import Measurement
import Prediction
import Report
import Transports

/// Advice as text: a table of the transports, break-even points, and a command.
struct AdviceText {
    private let advice: Advice
    private let columns: Int

    init(_ advice: Advice, columns: Int?) {
        self.advice = advice
        self.columns = min(columns ?? 80, 100)
    }

    var text: String {
        (heading + [""] + table + [""] + breakEvens + [""] + command).joined(separator: "\n")
    }

    private var request: AdviceRequest { advice.request }

    private var heading: [String] {
        let tls = request.encrypts ? ", TLS" : ""
        return WrappedText.lines(
            "For \(request.rate.quantityText) of \(request.payload) B to \(Figure.count(request.clients)) clients, "
                + "round trip \(request.roundTrip.quantityText), age up to \(request.age.quantityText)\(tls), "
                + "segments of up to \(Figure.count(Int(request.link.segmentBytes))) B, "
                + "by the formulas (nothing was measured\(advice.costs.isMeasured ? " but the processor time" : "")):",
            columns: columns)
    }

    // MARK: The table

    private var table: [String] {
        let headings = [
            ["", "", "transport"], ["mean", "age", "ms"], ["longest", "age", "ms"], ["wire B/s", "per", "client"],
            ["requests/s", "per", "client"], ["wire", "all", "Mbit/s"], ["requests/s", "all", ""],
            ["server", "all", "CPUs"],
        ]
        let rows = advice.candidates.map(cells)
        let widths = headings.indices.map { column in
            (headings[column] + rows.map { $0[column] }).map(\.count).max() ?? 0
        }
        func line(_ cells: [String]) -> String {
            zip(cells, widths).enumerated().map { index, pair in
                let space = String(repeating: " ", count: max(0, pair.1 - pair.0.count))
                return index == 0 ? pair.0 + space : space + pair.0
            }.joined(separator: "  ").replacing(#/\s+$/#, with: "")
        }
        var lines = (0..<3).map { row in line(headings.map { $0[row] }) } + rows.map(line)
        if !advice.candidates.contains(where: \.meetsAge) {
            let travel = (request.roundTrip / 2).quantityText
            lines.append("None keeps every item younger than \(request.age.quantityText); one way takes \(travel).")
        }
        lines += WrappedText.lines(
            "Cheapest on the wire first; ! is too old at worst. Server CPUs: "
                + (advice.costs.isMeasured
                    ? "measured on this machine now." : "a rough guess, not measured; --calibrate measures it."),
            columns: columns)
        if !request.transportsWithoutHeaders.isEmpty {
            lines += WrappedText.lines(
                "\(Figure.list(request.transportsWithoutHeaders)) with minimal headers: there is no "
                    + "\(request.headers.rawValue) for a connection that lasts.", columns: columns)
        }
        return lines
    }

    private func cells(_ candidate: Advice.Candidate) -> [String] {
        let all = Double(request.clients)
        func milliseconds(_ seconds: Double?) -> String { seconds.map { Figure.significant($0 * 1e3) } ?? "–" }
        var name = candidate.type.name
        if case .duration(let interval)? = candidate.options["interval"] { name += " \(interval.quantityText)" }
        return [
            (candidate.meetsAge ? "  " : "! ") + name, milliseconds(candidate.meanAge),
            milliseconds(candidate.largestAge), Figure.significant(candidate.wireBytes),
            Figure.significant(candidate.requests), Figure.significant(candidate.wireBytes * all * 8 / 1e6),
            Figure.significant(candidate.requests * all), Figure.significant(candidate.serverTime * all),
        ]
    }

    // MARK: Break-even points

    private var breakEvens: [String] {
        let points = advice.breakEvens
        if points.isEmpty { return [] }
        let texts = points.map { point in
            switch point.kind {
            case .items(let items):
                "a poll carries more than \(Figure.significant(items)) items on average"
            case .interval(let seconds):
                "at this rate, the interval is longer than \(Figure.significant(seconds)) s"
            case .rate(let rate):
                "at the longest acceptable interval, the rate is above \(Figure.significant(rate))/s"
            case .headers(let bytes):
                "at this interval and rate, the headers of request and response are below "
                    + "\(Figure.significant(bytes)) B"
            }
        }
        return ["Short polling takes fewer bytes than WebSocket on the wire where"]
            + texts.flatMap { WrappedText.lines("- \($0)", columns: columns, indent: 2, hanging: 2) }
    }

    // MARK: The command

    private var command: [String] {
        let own = CommandLine.arguments.first ?? "pushlab"
        let program = own.contains("/") ? "'\(own)'" : "pushlab"
        let count =
            advice.measuredClients == request.clients
            ? "" : ", with \(advice.measuredClients) of the \(Figure.count(request.clients)) clients"
        let scenario = advice.scenario(repeats: RepeatNeeds.paired)
        return ["To measure the two best on this machine\(count):", "", "file=$(mktemp --suffix=.yaml)"]
            + ["cat > \"$file\" <<'END'"] + scenario.split(separator: "\n").map(String.init)
            + ["END", "\(program) run \"$file\""]
    }
}

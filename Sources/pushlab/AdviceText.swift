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
        [heading, table + notes, BreakEvenText(advice, columns: columns).lines, command].filter { !$0.isEmpty }
            .joined(separator: [""]).joined(separator: "\n")
    }

    private var request: AdviceRequest { advice.request }

    private func wrapped(_ text: String) -> [String] { WrappedText.lines(text, columns: columns) }

    private var heading: [String] {
        let travel = AdviceFigure.time(request.roundTrip.seconds)
        let network = request.roundTrip > .zero ? "a round trip of \(travel)" : "no round trip"
        return wrapped(
            "For \(request.rate.quantityText) of \(Figure.count(request.payload)) B to "
                + "\(Figure.counted(request.clients, "client")), \(network), an age of up to "
                + "\(AdviceFigure.time(request.age.seconds))\(request.encrypts ? ", TLS" : ""), segments of up to "
                + "\(Figure.count(Int(request.link.segmentBytes))) B, by the formulas (nothing was measured"
                + "\(advice.costs.isMeasured ? " but the processor time" : "")):")
    }

    // MARK: The table

    private var bits: (name: String, size: Double) {
        AdviceFigure.bitUnit(for: (advice.candidates.map(\.wireBytes).max() ?? 0) * Double(request.clients) * 8)
    }

    /// Seconds where items become older than ten of them.
    private var ages: (name: String, size: Double) {
        (advice.candidates.compactMap(\.largestAge).max() ?? 0) < 9.9995 ? ("ms", 1e-3) : ("s", 1)
    }

    private var table: [String] {
        let headings = [
            ["", "", "transport"], ["mean", "age", ages.name], ["longest", "age", ages.name],
            ["wire", "B/s per", "client"], ["requests", "/s per", "client"], ["wire", "all", bits.name],
            ["requests", "/s all", ""], ["server", "all", "CPUs"],
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
        return (0..<3).map { row in line(headings.map { $0[row] }) } + rows.map(line)
    }

    private func cells(_ candidate: Advice.Candidate) -> [String] {
        let all = Double(request.clients)
        func age(_ seconds: Double?) -> String { seconds.map { AdviceFigure.least($0 / ages.size, 0.001) } ?? "–" }
        return [
            (candidate.meetsAge ? "  " : "! ") + name(candidate), age(candidate.meanAge), age(candidate.largestAge),
            AdviceFigure.count(candidate.wireBytes), AdviceFigure.count(candidate.requests),
            AdviceFigure.least(candidate.wireBytes * all * 8 / bits.size, 0.01),
            AdviceFigure.least(candidate.requests * all, 0.01), AdviceFigure.least(candidate.serverTime * all, 0.01),
        ]
    }

    private func name(_ candidate: Advice.Candidate) -> String {
        guard case .duration(let interval)? = candidate.options["interval"] else { return candidate.type.name }
        return candidate.type.name + " " + AdviceFigure.time(interval.seconds).replacing(" ", with: "")
    }

    private var notes: [String] {
        var lines: [String] = []
        if !advice.candidates.contains(where: \.meetsAge) {
            lines += wrapped(
                "None keeps every item younger than \(AdviceFigure.time(request.age.seconds)); one way takes "
                    + "\(AdviceFigure.time(request.roundTrip.seconds / 2)).")
        }
        lines += wrapped(
            "Cheapest on the wire first; ! is too old at worst. Server CPUs: "
                + (advice.costs.isMeasured
                    ? "measured on this machine now." : "a rough guess, not measured; --calibrate measures it."))
        lines += wrapped(silence)
        if !request.transportsWithoutHeaders.isEmpty {
            lines += wrapped(
                "\(Figure.list(request.transportsWithoutHeaders)) with minimal headers: there is no "
                    + "\(request.headers.rawValue) for a connection that lasts.")
        }
        return lines
    }

    /// What connections cost that carry no items.
    private var silence: String {
        let costs = advice.candidates.sorted { $0.idleBytes > $1.idleBytes }.map { candidate in
            "\(candidate.type.name) \(candidate.idleBytes < 0.05 ? "0" : Figure.significant(candidate.idleBytes))"
        }
        return "In silence a client costs, in wire B/s: \(Figure.list(costs)) (answers without items, an SSE comment "
            + "every 15 s, a WebSocket Ping every 30 s; HTTP streaming has neither, so that a broken connection stays "
            + "unnoticed until the next item)."
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

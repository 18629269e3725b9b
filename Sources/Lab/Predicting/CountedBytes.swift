import Host
import Prediction
import ResultFiles
import Scenario
import Transports
import WireAccounting

/// Compares the bytes that a run counted with those that the formulas give for its numbers of messages.
package struct CountedBytes {
    /// One run of a case.
    package struct Comparison: Sendable {
        /// As in `summary.csv`.
        package let caseID: String
        /// Counted from 1.
        package let repetition: Int
        /// Layers whose bytes differ, by name.
        package let differences: [(layer: String, predicted: Double, counted: Double)]
        /// For TLS: predicted bytes without handshakes, divided by the counted ones; `nil` in plaintext.
        package let encryptedRatio: Double?

        /// Whether the formulas hold: exactly, or with TLS within 1 %.
        package var holds: Bool {
            encryptedRatio.map { abs($0 - 1) < 0.01 } ?? differences.isEmpty
        }
    }

    private let summary: [SummaryRow]
    private let layers: [LayerRow]
    private let exchanges: [ExchangeRow]

    /// - Parameter folder: Of a run.
    /// - Throws: `FileFault` or `CSVError` if a file is missing or cannot be read.
    package init(folder: String) throws {
        func rows<Row: CSVRow>(_ table: CSVTable<Row>) throws -> [Row] {
            let path = "\(folder)/\(table.fileName)"
            return try table.rows(from: TextFile.readBytes(path), file: path)
        }
        summary = try rows(SummaryRow.table)
        layers = try rows(LayerRow.table)
        exchanges = try rows(ExchangeRow.table)
    }

    /// Every run of a case of the scenario whose bytes are valid and whose formulas are exact: HTTP/1.1 without a proxy
    /// and compression, with items and handshakes of one size.
    package func comparisons(with scenario: Scenario) -> [Comparison] {
        let forecast = ScenarioForecast(scenario)
        return scenario.cases.flatMap { experimentCase -> [Comparison] in
            guard let subject = forecast.subject(of: experimentCase), subject.hasKnownBytes, subject.feed.hasOneSize,
                experimentCase.network?.breaksConnections != true,
                experimentCase.transport.options.hasHandshakeOfOneSize
            else { return [] }
            return summary.filter { $0.caseID == experimentCase.id && $0.hasValidBytes }.map { compare($0, subject) }
        }
    }

    private func compare(_ row: SummaryRow, _ subject: PredictedCase) -> Comparison {
        let own = exchanges.filter { $0.caseID == row.caseID && $0.repetition == row.repetition }
        let counts = MessageCounts(own, connections: row.connects ?? 0, clients: row.clients)
        let predicted = ByteModel(subject.sizes, encrypts: subject.encrypts).bytes(of: counts)
        let counted = layers.filter { $0.caseID == row.caseID && $0.repetition == row.repetition }
        let differences = LayerBytes.places.compactMap {
            place -> (layer: String, predicted: Double, counted: Double)? in
            let bytes = counted.filter { $0.direction == place.direction.rawValue && $0.layer == place.layer.rawValue }
                .reduce(0.0) { $0 + Double($1.bytes) }
            return bytes == predicted[place] || place.layer == .tls ? nil : (place.name, predicted[place], bytes)
        }
        var ratio: Double?
        if subject.encrypts, let up = row.tcpPayloadBytesUp, let down = row.tcpPayloadBytesDown,
            let setup = row.setupBytesTotal, up + down > setup
        {
            ratio = (predicted.tcpPayload - predicted.setup) / Double(up + down - setup)
        }
        return Comparison(
            caseID: row.caseID, repetition: row.repetition, differences: differences, encryptedRatio: ratio)
    }
}

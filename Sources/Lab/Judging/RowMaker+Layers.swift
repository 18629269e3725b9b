import LoadGenerator
import Measurement
import ResultFiles
import Scenario
import Transports
import WireAccounting

/// The rows of `layers.csv` and `timeline.csv`, several per run of a case.
extension RowMaker {
    var layers: [LayerRow] {
        let counted = record.ledger.entries.filter { $0.layer != .tcpIP }.map {
            layer($0.layer, $0.direction, $0.bytes, isRemainder($0.layer) ? .kernel : .counted)
        }
        let estimated = Direction.allCases.map {
            layer(.tcpIP, $0, estimate.headerBytes(of: segments, $0), .estimated)
        }
        return counted + estimated
    }

    var exchanges: [ExchangeRow] {
        record.messages.entries.map { entry in
            var row = ExchangeRow()
            row.runID = identity.runID
            row.caseID = subject.id
            row.repetition = subject.repetition
            row.what = entry.kind.rawValue
            row.cursorDigits = entry.cursorDigits
            row.lengthDigits = entry.lengthDigits
            row.count = entry.count
            return row
        }
    }

    var timeline: [TimelineRow] {
        record.timeline.map { second in
            var row = TimelineRow()
            row.runID = identity.runID
            row.caseID = subject.id
            row.repetition = subject.repetition
            row.transport = subject.transport.name
            row.variant = subject.transport.variant
            row.second = second.second
            row.delivered = Int(second.delivered)
            row.latencyP50Microseconds = second.p50Microseconds.map(Double.init)
            row.latencyP99Microseconds = second.p99Microseconds.map(Double.init)
            row.latencyMaxMicroseconds = second.maxMicroseconds.map(Double.init)
            return row
        }
    }

    private func isRemainder(_ layer: ByteLayer) -> Bool {
        outcome.framingIsRemainder && layer == .framing
    }

    private func layer(
        _ layer: ByteLayer, _ direction: Direction, _ bytes: Int64, _ provenance: Provenance
    ) -> LayerRow {
        var row = LayerRow()
        row.runID = identity.runID
        row.caseID = subject.id
        row.repetition = subject.repetition
        row.transport = subject.transport.name
        row.variant = subject.transport.variant
        row.direction = direction.rawValue
        row.layer = layer.rawValue
        row.bytes = Int(bytes)
        row.provenance = provenance.rawValue
        return row
    }
}

import Expressions
import WireAccounting

extension ColumnCatalog {
    /// The columns with numbers of `summary.csv`, and the bytes of each layer by direction: `up.http_head`.
    package static let results: ColumnCatalog = {
        var units: [String: Unit] = [:]
        for (name, unit) in SummaryRow.numberColumns { units[name] = unit.flatMap(Unit.init) ?? Unit.none }
        for direction in Direction.allCases {
            for layer in ByteLayer.allCases { units["\(direction.rawValue).\(layer.rawValue)"] = Unit("bytes") }
        }
        return ColumnCatalog(units)
    }()
}

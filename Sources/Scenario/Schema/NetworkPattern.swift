import Link
import Measurement

/// Regular expressions for the texts of a network.
enum NetworkPattern {
    /// `none`, a preset, fields, or a preset and fields. Numbers have a unit; the bounds are not checked.
    static let network = "none|(?! *$)(?: *(?:\(presets)) *\(end))?(?: *(?:\(fields)) *\(end))*"

    /// `10s+2s`.
    static let stalls =
        "(?:\(QuantityPattern(NetworkFields.stallAfter.range).text))"
        + "\\+(?:\(QuantityPattern(NetworkFields.stallLength.range).text))"

    /// `whole` or a size.
    static let buffering = "whole|\(QuantityPattern(NetworkFields.bufferedBytes.range).text)"

    private static let presets = LinkPreset.allCases.map(\.name).joined(separator: "|")
    /// A comma before another part, or nothing.
    private static let end = "(?:,(?! *$)|$)"

    private static let fields = ScenarioField.all.filter { $0.path.hasPrefix("network.") }
        .compactMap { field in
            value(of: field).map { "\(name(of: field)) *= *(?:\($0))" }
        }.joined(separator: "|")

    private static func name(of field: ScenarioField) -> String {
        if field.path == NetworkFields.delay.path { return "(?:up|down)\\.delay" }
        return NetworkFields.ofDirection.contains(field.name) ? "(?:(?:up|down)\\.)?\(field.name)" : field.name
    }

    private static func value(of field: ScenarioField) -> String? {
        switch field.unit {
        case "word", "flag": field.range.replacing(", ", with: "|")
        case "text or list of texts": "\(number(Duration.units))\\+\(number(Duration.units))"
        case "word or size": "whole|\(number(ByteCount.units))"
        case let unit where field.pattern != nil: number(unit.split(separator: ", ").map(String.init))
        default: nil
        }
    }

    private static func number(_ units: [String]) -> String {
        let spellings = units.map(QuantityPattern.spellings).joined(separator: "|")
        return "[0-9]+(?:\\.[0-9]+)? ?(?:\(spellings))"
    }
}

import Expressions
import ResultFiles

/// The value of a swept field in one case, as in the column `axes`: `250ms`.
struct AxisValue: Hashable {
    let text: String
    /// In seconds, bytes, per second or as it is; `nil` for words.
    let number: Double?

    /// Also reads `rtt=50ms`, a network with only one field.
    init(_ text: String) {
        self.text = text
        let parts = text.split(separator: "=", omittingEmptySubsequences: false)
        number = Self.number(parts.count == 2 ? String(parts[1]) : text)
    }

    private static func number(_ text: String) -> Double? {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard let value = Double(field: String(digits)) else { return nil }
        let unit = text.dropFirst(digits.count)
        if unit.isEmpty { return value }
        return Unit(String(unit)).map { value * $0.factor }
    }
}

/// A field of the scenario with the value of one case.
struct SweptField: Equatable {
    let name: String
    let value: AxisValue

    /// `interval=250ms`.
    var text: String { "\(name)=\(value.text)" }

    /// The name of the field that the column `server` has too.
    static let server = "server"
}

extension CaseResult {
    func axis(_ name: String) -> AxisValue? { axes.first { $0.name == name }?.value }
}

extension SummaryRow {
    /// The column `axes`, in the order of the file.
    var sweptFields: [SweptField] {
        (axes ?? "").split(separator: "; ").compactMap { part in
            guard let equals = part.firstIndex(of: "=") else { return nil }
            return SweptField(
                name: String(part[..<equals]), value: AxisValue(String(part[part.index(after: equals)...])))
        }
    }
}

import Measurement

/// One field of a scenario, for documentation and error messages.
struct ScenarioField: Sendable {
    /// `duration`, `feeds[].rate`, `transports[].use`.
    let path: String
    /// The allowed units, or the kind of value.
    let unit: String
    /// `nil` if the field is required.
    let defaultText: String?
    let range: String
    /// Whether a list of values is a sweep.
    let canSweep: Bool
    let meaning: String
    /// Of a number with one of the units.
    private(set) var pattern: QuantityPattern?
    /// Of a number without a unit.
    private(set) var bounds: Bounds?
    /// For a search for the capacity; `nil` if the value is not a number.
    private(set) var raised: RaisedField?

    /// The digits of the least and the largest number.
    struct Bounds: Sendable {
        let low: String
        let high: String

        init(_ range: ClosedRange<some Quantity>) {
            (low, high) = (range.lowerBound.quantityText, range.upperBound.quantityText)
        }
    }

    /// The last part of the path.
    var name: String {
        path.split(separator: ".").last.map(String.init) ?? path
    }

    init(
        _ path: String,
        unit: String,
        default defaultText: String?,
        range: String,
        canSweep: Bool = false,
        _ meaning: String
    ) {
        self.path = path
        self.unit = unit
        self.defaultText = defaultText
        self.range = range
        self.canSweep = canSweep
        self.meaning = meaning
    }

    init<Value>(_ field: BoundedField<Value>) {
        self.init(
            field.path,
            unit: Value.units.isEmpty ? Value.quantityName : Value.units.joined(separator: ", "),
            default: field.defaultValue?.quantityText ?? "",
            range: field.rangeText,
            canSweep: field.canSweep,
            field.meaning
        )
        raised = RaisedField(field)
        pattern = QuantityPattern(field)
        if Value.units.isEmpty { bounds = Bounds(field.range) }
    }
}

/// A field with a quantity within bounds.
struct BoundedField<Value: Quantity>: Sendable {
    let path: String
    let range: ClosedRange<Value>
    /// `nil` if a missing field is not the same as any value.
    let defaultValue: Value?
    let canSweep: Bool
    let meaning: String

    init(
        _ path: String,
        _ range: ClosedRange<Value>,
        default defaultValue: Value? = nil,
        canSweep: Bool = false,
        _ meaning: String
    ) {
        self.path = path
        self.range = range
        self.defaultValue = defaultValue
        self.canSweep = canSweep
        self.meaning = meaning
    }

    var name: String { path.split(separator: ".").last.map(String.init) ?? path }

    var rangeText: String { range.spokenText }
}

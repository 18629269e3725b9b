import Measurement
import Transports

/// A field with numbers that a search for the capacity raises: a path as in `axes`, and the values it can have.
package struct RaisedField: Sendable {
    /// `clients`, `feeds[].rate`, `network.loss`, `long-poll.hold`.
    package let path: String
    /// The unit of values here, and in result files: `1/s`, `s`, `bytes`, `bit/s`, `%`; `nil` for plain numbers.
    package let unit: String?
    package let range: ClosedRange<Double>
    private let write: @Sendable (Double) -> (value: Double, text: String)
    private let parse: @Sendable (String) throws -> Double

    /// The last part of the path, as axes are named in results.
    package var name: String { path.split(separator: ".").last.map(String.init) ?? path }

    /// Whether it is the number of clients, which the load processes limit too.
    package var isNumberOfClients: Bool { path == Fields.clients.path }

    /// The value as a scenario writes it: `200`, `12.5/s`. It is the nearest one that can be written.
    package func text(_ value: Double) -> String { write(value).text }

    /// The nearest value that the field can have.
    package func nearest(_ value: Double) -> Double {
        write(min(max(value, range.lowerBound), range.upperBound)).value
    }

    /// Reads a value from the command line.
    ///
    /// - Throws: `QuantityError`.
    package func value(of text: String) throws -> Double { try parse(text) }

    /// - Parameters:
    ///   - name: The path, or the last part of it for a field of feeds: `rate` for `feeds[].rate`.
    ///   - registry: The transports whose options can be raised.
    /// - Throws: ``RaisedFieldFault``.
    package init(_ name: String, registry: TransportRegistry = .standard) throws(RaisedFieldFault) {
        guard let field = Self.field(name, registry) else {
            throw RaisedFieldFault(name: name, allowed: Self.names)
        }
        self = field
    }

    fileprivate init<Value: Raisable>(_ path: String, _ range: ClosedRange<Value>) {
        self.path = path
        unit = Value.resultUnit
        self.range = range.lowerBound.magnitudeInUnit...range.upperBound.magnitudeInUnit
        write = { number in
            let value = Value(magnitudeInUnit: Self.fourDigits(number, isWhole: Value.isWhole))
            return (value.magnitudeInUnit, value.quantityText)
        }
        parse = { try Value(quantity: $0, in: range).magnitudeInUnit }
    }

    // A value of a search needs no more digits.
    private static func fourDigits(_ value: Double, isWhole: Bool) -> Double {
        if isWhole || value == 0 { return value.rounded() }
        var (scale, scaled) = (1.0, abs(value))
        while scaled >= 10_000 { (scale, scaled) = (scale / 10, scaled / 10) }
        while scaled < 1_000 { (scale, scaled) = (scale * 10, scaled * 10) }
        return (value * scale).rounded() / scale
    }
}

extension RaisedField {
    private static let fixed: [RaisedField] = ScenarioField.all.filter(\.canSweep).compactMap(\.raised)

    fileprivate static var names: [String] { fixed.map(\.path) }

    /// - Returns: `nil` if the field's values are not numbers.
    init?<Value>(_ field: BoundedField<Value>) {
        func raised<Number: Raisable>(_ type: Number.Type) -> RaisedField? {
            (field as? BoundedField<Number>).map { RaisedField($0.path, $0.range) }
        }
        guard let type = Value.self as? any Raisable.Type, let field = raised(type) else { return nil }
        self = field
    }

    private static func field(_ name: String, _ registry: TransportRegistry) -> RaisedField? {
        if let field = fixed.first(where: { $0.path == name }) { return field }
        if !name.contains("."), let field = fixed.first(where: { $0.path == "feeds[].\(name)" }) { return field }
        guard let last = name.split(separator: ".").last.map(String.init), last != name else { return nil }
        // One feed: `feeds[0].rate`.
        if name.hasPrefix("feeds["), let field = fixed.first(where: { $0.path == "feeds[].\(last)" }) {
            return field.at(name)
        }
        let first = String(name.prefix { !".[".contains($0) })
        let named = registry.all.filter { $0.name == first }
        let options = (named.isEmpty ? registry.all : named).flatMap { $0.options }
        for option in options where option.name == last {
            switch option.kind {
            case .duration(let range): return RaisedField(name, range)
            case .number(let range): return RaisedField(name, range)
            case .flag, .choice: continue
            }
        }
        return nil
    }

    private func at(_ path: String) -> RaisedField {
        RaisedField(path: path, unit: unit, range: range, write: write, parse: parse)
    }

    private init(
        path: String, unit: String?, range: ClosedRange<Double>,
        write: @escaping @Sendable (Double) -> (value: Double, text: String),
        parse: @escaping @Sendable (String) throws -> Double
    ) {
        (self.path, self.unit, self.range, self.write, self.parse) = (path, unit, range, write, parse)
    }
}

/// A field that cannot be raised; the sentence goes on after `--raise is "NAME"; `.
package struct RaisedFieldFault: Error, Equatable, Sendable, CustomStringConvertible {
    let name: String
    let allowed: [String]

    package var description: String {
        "allowed \(allowed.joined(separator: ", ")), TRANSPORT.OPTION for an option with numbers"
            + Spelling.suggestion(for: name, among: allowed)
    }
}

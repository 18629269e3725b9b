/// A column of a result file. Header rows and `datapackage.json` are made from it; `Results/README.md` repeats it.
package struct CSVColumn: Sendable, Equatable {
    /// The type names of Frictionless Table Schema.
    package enum Kind: String, Sendable {
        case string, integer, number, boolean, datetime
    }

    struct Constraints: Sendable, Equatable {
        var minimum: Double?
        var maximum: Double?
        /// The allowed values; empty if all values are allowed.
        var values: [String]

        init(minimum: Double? = nil, maximum: Double? = nil, values: [String] = []) {
            self.minimum = minimum
            self.maximum = maximum
            self.values = values
        }
    }

    let name: String
    let kind: Kind
    /// `us`, `bytes`, `1/s`; `nil` for names, counts and ratios.
    let unit: String?
    let description: String
    /// What an empty field means; `nil` if the column is never empty.
    let emptyMeaning: String?
    let constraints: Constraints
}

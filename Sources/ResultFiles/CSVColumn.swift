/// What a column of a result file means; header rows, `datapackage.json` and the README say what stands here.
package struct CSVColumn: Sendable, Equatable {
    /// The type names of Frictionless Table Schema.
    package enum Kind: String, Sendable {
        case string, integer, number, boolean, datetime
    }

    package struct Constraints: Sendable, Equatable {
        package var minimum: Double?
        package var maximum: Double?
        /// The only values that may stand here; empty if any may.
        package var values: [String]

        package init(minimum: Double? = nil, maximum: Double? = nil, values: [String] = []) {
            self.minimum = minimum
            self.maximum = maximum
            self.values = values
        }
    }

    package let name: String
    package let kind: Kind
    /// `us`, `bytes`, `1/s`; `nil` for names, counts and ratios.
    package let unit: String?
    package let description: String
    /// What a missing value says; `nil` if the column is never empty.
    package let emptyMeaning: String?
    package let constraints: Constraints
}

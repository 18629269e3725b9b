/// What a column of a result file means; header rows, `datapackage.json` and the README say what stands here.
package struct CSVColumn: Sendable, Equatable {
    /// The type names of Frictionless Table Schema.
    package enum Kind: String, Sendable {
        case string, integer, number, boolean, datetime
    }

    struct Constraints: Sendable, Equatable {
        var minimum: Double?
        var maximum: Double?
        /// The only values that may stand here; empty if any may.
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
    /// What a missing value says; `nil` if the column is never empty.
    let emptyMeaning: String?
    let constraints: Constraints
}

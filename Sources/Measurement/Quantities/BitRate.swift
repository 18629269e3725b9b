private let bitRateUnits = UnitTable(units: [
    ("bit/s", 1), ("kbit/s", 1_000), ("Mbit/s", 1_000_000), ("Gbit/s", 1_000_000_000),
])

/// A link's bandwidth: `50Mbit/s`. Prefixes are SI: 1 Mbit is 10^6 bit.
package struct BitRate: Quantity, Hashable, Codable, CustomStringConvertible {
    package var bitsPerSecond: Int64

    package init(bitsPerSecond: Int64) {
        precondition(bitsPerSecond >= 0, "a bit rate must not be negative")
        self.bitsPerSecond = bitsPerSecond
    }

    package static let quantityName = "bit rate"
    package static let units = bitRateUnits.names

    package init(quantity text: String) throws(QuantityError) {
        bitsPerSecond = try bitRateUnits.read(text, as: BitRate.self)
    }

    package var quantityText: String {
        bitRateUnits.text(bitsPerSecond, preferring: ["Gbit/s", "Mbit/s", "kbit/s"])
    }

    package var description: String { quantityText }

    package static func < (left: Self, right: Self) -> Bool { left.bitsPerSecond < right.bitsPerSecond }
}

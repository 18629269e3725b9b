private let byteUnits = UnitTable(units: [
    ("B", 1), ("kB", 1_000), ("KiB", 1_024), ("MB", 1_000_000), ("MiB", 1_048_576),
    ("GB", 1_000_000_000), ("GiB", 1_073_741_824),
])

/// A size in bytes: `128B`, `1kB` (1 000), `64KiB` (65 536), `1MiB`.
package struct ByteCount: Quantity, Hashable, Codable, CustomStringConvertible {
    package var bytes: Int

    package init(bytes: Int) {
        precondition(bytes >= 0, "a size must not be negative")
        self.bytes = bytes
    }

    package static let quantityName = "size"
    package static let units = byteUnits.names

    package init(quantity text: String) throws(QuantityError) {
        bytes = Int(try byteUnits.read(text, as: ByteCount.self))
    }

    package var quantityText: String {
        byteUnits.text(Int64(bytes), preferring: ["GiB", "MiB", "KiB", "GB", "MB", "kB"])
    }

    package var description: String { quantityText }

    package static func < (left: Self, right: Self) -> Bool { left.bytes < right.bytes }
}

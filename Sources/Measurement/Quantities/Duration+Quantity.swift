private let durationUnits = UnitTable(units: [
    ("ns", 1), ("us", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000),
    ("min", 60_000_000_000), ("h", 3_600_000_000_000),
])

/// `500us`, `250ms`, `25s`, `1min`, `1h`; resolution 1 ns.
extension Duration: Quantity {
    package static let quantityName = "duration"
    package static let units = durationUnits.names

    package init(quantity text: String) throws(QuantityError) {
        // Both characters for micro are read; `us` is printed.
        let ascii = String(text.map { $0 == "µ" || $0 == "μ" ? "u" : $0 })
        self = .nanoseconds(try durationUnits.read(ascii, as: Duration.self))
    }

    package var quantityText: String {
        if self == .zero { return "0s" }
        // Durations up to two minutes are printed in seconds.
        let names = self > .seconds(120) ? ["h", "min", "s", "ms", "us"] : ["s", "ms", "us"]
        return durationUnits.text(nanoseconds, preferring: names)
    }
}

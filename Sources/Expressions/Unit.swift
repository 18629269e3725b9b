/// A unit of numbers in expressions and of columns: its size in seconds and bytes.
package struct Unit: Sendable, Hashable {
    /// Seconds, bytes or both that one of it is: 0.001 for `ms`, 125,000 for `Mbit/s`, 0.01 for `%`.
    package let factor: Double
    let dimension: Dimension

    /// Of counts and ratios.
    package static let none = Unit(factor: 1, dimension: .number)

    /// The unit of this name, as written after a number and as result files name it; `nil` for any other text.
    package init?(_ name: String) {
        guard let unit = Self.known[name] else { return nil }
        self = unit
    }

    private init(factor: Double, dimension: Dimension) {
        self.factor = factor
        self.dimension = dimension
    }

    private static let known: [String: Unit] = {
        var units: [String: Unit] = ["%": Unit(factor: 0.01, dimension: .number)]
        let times = ["ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1, "min": 60, "h": 3_600]
        for (name, size) in times { units[name] = Unit(factor: size, dimension: .time) }
        let sizes = [
            "B": 1.0, "kB": 1e3, "MB": 1e6, "GB": 1e9, "KiB": 1_024, "MiB": 1_048_576, "GiB": 1_073_741_824,
        ]
        for (name, size) in sizes {
            units[name] = Unit(factor: size, dimension: .bytes)
            units[name + "/s"] = Unit(factor: size, dimension: .byteRate)
        }
        let bits = ["bit/s": 1.0, "kbit/s": 1e3, "Mbit/s": 1e6, "Gbit/s": 1e9]
        for (name, size) in bits { units[name] = Unit(factor: size / 8, dimension: .byteRate) }
        for (name, seconds) in ["/s": 1.0, "/min": 60, "/h": 3_600] {
            units[name] = Unit(factor: 1 / seconds, dimension: .rate)
        }
        // As the columns of result files say them.
        units["bytes"] = units["B"]
        units["bytes/s"] = units["B/s"]
        units["1/s"] = units["/s"]
        return units
    }()
}

import ResultFiles

/// A simulated network in titles and sentences.
struct NetworkTerms: Hashable {
    /// As in the scenario: `lte`, `rtt=50ms,loss=1%`; `nil` in files of versions that wrote only the round-trip time.
    let name: String?
    let roundTripMilliseconds: Double
    let bandwidthUp: Int?
    let bandwidthDown: Int?

    /// - Returns: `nil` without a simulated network.
    init?(_ row: SummaryRow) {
        guard let roundTrip = row.roundTripMilliseconds else { return nil }
        (name, roundTripMilliseconds) = (row.network, roundTrip)
        (bandwidthUp, bandwidthDown) = (row.bandwidthUp, row.bandwidthDown)
    }

    /// `network lte (70 ms round trip, 12 Mbit/s down, 12 Mbit/s up)`, `network rtt=50ms,loss=1%`.
    var title: String {
        guard let name else { return "\(Figure.plain(roundTripMilliseconds)) ms added round-trip time" }
        return "network \(name)" + (isPreset ? " (\(figures.joined(separator: ", ")))" : "")
    }

    /// `over network lte`.
    var phrase: String {
        name.map { "over network \($0)" } ?? "and \(Figure.plain(roundTripMilliseconds)) ms of added round-trip time"
    }

    // The name of a preset says nothing about its figures.
    private var isPreset: Bool { name?.prefix { $0 != "," }.contains("=") == false }

    var figures: [String] {
        ["\(Figure.plain(roundTripMilliseconds)) ms round trip"]
            + [(bandwidthDown, "down"), (bandwidthUp, "up")].compactMap { bandwidth, direction in
                bandwidth.map { "\(Self.text($0)) \(direction)" }
            }
    }

    private static func text(_ bitsPerSecond: Int) -> String {
        let units = [(1_000_000_000, "Gbit/s"), (1_000_000, "Mbit/s"), (1_000, "kbit/s")]
        guard let (size, unit) = units.first(where: { bitsPerSecond >= $0.0 }) else { return "\(bitsPerSecond) bit/s" }
        return "\(Figure.plain(Double(bitsPerSecond) / Double(size))) \(unit)"
    }
}

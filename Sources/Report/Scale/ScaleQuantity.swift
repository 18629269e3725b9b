import ResultFiles

/// What a server needs for its clients, as far as a straight line over the number of clients describes it.
enum ScaleQuantity: CaseIterable {
    case processors
    case memory
    case bandwidth

    var name: String {
        switch self {
        case .processors: "processors"
        case .memory: "memory"
        case .bandwidth: "bandwidth"
        }
    }

    /// The unit of the formula and of the results.
    var unit: String {
        switch self {
        case .processors: ""
        case .memory: " GB"
        case .bandwidth: " Gbit/s"
        }
    }

    /// The value of one run in this unit; `nil` if it was not measured or is not valid.
    func value(of row: SummaryRow) -> Double? {
        switch self {
        case .processors:
            guard row.hasValidTimes, row.durationSeconds > 0, let user = row.serverUserCPUSeconds,
                let system = row.serverSystemCPUSeconds
            else { return nil }
            return (user + system) / row.durationSeconds
        case .memory: return row.hasValidBytes ? row.serverRSSPeakBytes.map { Double($0) / 1e9 } : nil
        case .bandwidth:
            guard row.hasValidBytes, let perClient = row.bytesPerClientSecond else { return nil }
            return perClient * Double(row.clients) * 8 / 1e9
        }
    }
}

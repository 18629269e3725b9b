import ResultFiles

/// Where opening connections is a large part of the bytes.
enum SetupShare {
    /// Smaller shares need no sentence.
    private static let worthSaying = 0.1

    static func sentences(_ quoted: [QuotedCase]) -> [String] {
        let large = quoted.compactMap { one -> (one: QuotedCase, share: Double)? in
            guard let share = one.result.bytes.median(\.setupShare), share >= worthSaying else { return nil }
            return (one, share)
        }.sorted { ($0.share, $1.one.name) > ($1.share, $0.one.name) }
        guard !large.isEmpty else { return [] }
        let shares = large.map { "\(Figure.percent($0.share)) of the TCP payload of \($0.one.name)" }
        let often = large.compactMap { one, _ -> String? in
            guard let connects = one.result.bytes.median(\.connectsPerClient), connects >= 2 else { return nil }
            return "\(one.name) opened \(Figure.significant(connects)) connections per client"
        }
        let ending = often.count == large.count ? "" : "; a longer run has a smaller share"
        return [
            "Opening connections took \(Figure.list(shares, most: 4)) in this run\(ending)."
                + (often.isEmpty ? "" : " \(capitalized(Figure.list(often, most: 4))).")
        ]
    }
}

extension SummaryRow {
    /// Set-up divided by all TCP payload bytes.
    fileprivate var setupShare: Double? {
        guard let setupBytesTotal, let tcpPayloadBytesUp, let tcpPayloadBytesDown else { return nil }
        let all = Double(tcpPayloadBytesUp) + Double(tcpPayloadBytesDown)
        return all > 0 ? Double(setupBytesTotal) / all : nil
    }

    fileprivate var connectsPerClient: Double? {
        guard let connects, clients > 0 else { return nil }
        return Double(connects) / Double(clients)
    }
}

extension Figure {
    /// `31 %`, `0.4 %`.
    static func percent(_ ratio: Double) -> String {
        let percent = ratio * 100
        return (percent.magnitude >= 10 ? fixed(percent, decimals: 0) : plain((percent * 10).rounded() / 10)) + " %"
    }
}

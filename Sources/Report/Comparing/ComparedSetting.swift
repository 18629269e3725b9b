import ResultFiles

/// A setting that `--set` can change without changing the scenario text.
struct ComparedSetting: Sendable {
    let name: String
    let text: @Sendable (SummaryRow) -> String

    static let all = [
        ComparedSetting(name: "duration_s") { Figure.plain($0.durationSeconds) },
        ComparedSetting(name: "rate_per_s") { $0.ratePerSecond.map(Figure.plain) ?? Figure.missing },
        ComparedSetting(name: "payload_bytes") { $0.payloadBytes.map(String.init) ?? Figure.missing },
        ComparedSetting(name: "poll_interval_ms") { $0.pollIntervalMilliseconds.map(Figure.plain) ?? Figure.missing },
        ComparedSetting(name: "rtt_ms") { $0.roundTripMilliseconds.map(Figure.plain) ?? Figure.missing },
        ComparedSetting(name: "network") { $0.network ?? Figure.missing },
        ComparedSetting(name: "tls") { $0.tls.map(String.init) ?? Figure.missing },
        ComparedSetting(name: "http_version") { $0.httpVersion ?? Figure.missing },
        ComparedSetting(name: "compression") { $0.compression ?? Figure.missing },
    ]

    /// `duration_s 10 vs 20`, one entry per setting that differs.
    static func differences(_ first: SummaryRow, _ second: SummaryRow) -> [String] {
        all.compactMap { setting in
            let texts = (setting.text(first), setting.text(second))
            return texts.0 == texts.1 ? nil : "\(setting.name) \(texts.0) vs \(texts.1)"
        }
    }
}

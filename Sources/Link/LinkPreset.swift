import Measurement

/// Named networks.
///
/// Bandwidths and round-trip times of `edge` to `dial` are the connectivity profiles of WebPageTest, as third parties
/// copied its sample settings; `datacenter`, `satellite` and `transatlantic` are chosen here. No preset has jitter or
/// loss: the profiles have none.
package enum LinkPreset: String, Sendable, CaseIterable {
    case edge
    case twoG = "2g"
    case threeGSlow = "3g-slow"
    case threeG = "3g"
    case threeGFast = "3g-fast"
    case fourG = "4g"
    case lte
    case dsl
    case cable
    case fios
    case dial
    case datacenter
    case satellite
    case transatlantic

    /// The name in scenarios, on the command line and in results.
    package var name: String { rawValue }

    /// Half of the round trip is the delay of each direction.
    package var settings: LinkSettings {
        let (down, up, roundTrip) = figures
        return LinkSettings(
            up: LinkDirectionSettings(delay: roundTrip / 2, bandwidth: BitRate(bitsPerSecond: up * 1_000)),
            down: LinkDirectionSettings(delay: roundTrip / 2, bandwidth: BitRate(bitsPerSecond: down * 1_000)),
            slowStart: true)
    }

    /// kbit/s to the client, kbit/s to the server, round-trip time.
    private var figures: (down: Int64, up: Int64, roundTrip: Duration) {
        switch self {
        case .edge: (240, 200, .milliseconds(840))
        case .twoG: (280, 256, .milliseconds(800))
        case .threeGSlow: (400, 400, .milliseconds(400))
        case .threeG: (1_600, 768, .milliseconds(300))
        case .threeGFast: (1_600, 768, .milliseconds(150))
        case .fourG: (9_000, 9_000, .milliseconds(170))
        case .lte: (12_000, 12_000, .milliseconds(70))
        case .dsl: (1_500, 384, .milliseconds(50))
        case .cable: (5_000, 1_000, .milliseconds(28))
        case .fios: (20_000, 5_000, .milliseconds(4))
        case .dial: (49, 30, .milliseconds(120))
        case .datacenter: (10_000_000, 10_000_000, .microseconds(500))
        case .satellite: (50_000, 5_000, .milliseconds(600))
        case .transatlantic: (100_000, 100_000, .milliseconds(80))
        }
    }
}

import Measurement
import Scenario

/// The settings that the teaching page's controls change.
struct ControlState: Sendable, Equatable {
    /// Rate and size of the feed's items; `nil` unless the feed is synthetic.
    var rate: ItemRate?
    var payload: ByteCount?
    var paused = false
    /// Time between two polls of the page.
    var interval = Duration.seconds(1)
    /// The hold that the page's long polls ask for.
    var hold = Duration.seconds(25)
    /// Whether lane ports compress.
    var compression = false
    /// Size of the cookie that the page sets.
    var cookie = ByteCount(bytes: 0)
    /// In front of the lane ports; `nil` for none.
    var network: Scenario.Network?
    /// Counts the changes.
    var revision: UInt64 = 0

    /// The settings without their number.
    private var settings: ControlState {
        var settings = self
        settings.revision = 0
        return settings
    }

    /// - Returns: Whether anything has changed.
    mutating func apply(_ change: ControlChange) -> Bool {
        var next = self
        next.rate = change.rate ?? rate
        next.payload = change.payload ?? payload
        next.paused = change.paused ?? paused
        next.interval = change.interval ?? interval
        next.hold = change.hold ?? hold
        next.compression = change.compression ?? compression
        next.cookie = change.cookie ?? cookie
        if case .some(let network) = change.network { next.network = network }
        return replace(with: next)
    }

    /// - Returns: Whether anything has changed.
    mutating func replace(with other: ControlState) -> Bool {
        if other.settings == settings { return false }
        let number = revision
        self = other
        revision = number + 1
        return true
    }
}

extension ControlState: Encodable {
    enum CodingKeys: String, CodingKey, CaseIterable {
        case rate, payload, paused, interval, hold, compression, cookie, network, revision
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        // Both are null where the feed has none.
        try container.encode(rate?.quantityText, forKey: .rate)
        try container.encode(payload?.quantityText, forKey: .payload)
        try container.encode(paused, forKey: .paused)
        try container.encode(interval.quantityText, forKey: .interval)
        try container.encode(hold.quantityText, forKey: .hold)
        try container.encode(compression, forKey: .compression)
        try container.encode(cookie.quantityText, forKey: .cookie)
        try container.encode(network?.text ?? ControlChange.none, forKey: .network)
        try container.encode(revision, forKey: .revision)
    }
}

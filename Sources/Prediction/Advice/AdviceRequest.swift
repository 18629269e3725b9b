import Measurement
import Transports

/// What a user wants to carry, and how old the data may become.
package struct AdviceRequest: Sendable {
    /// Λ; a Poisson process.
    package var rate: ItemRate
    /// Size of an item in bytes.
    package var payload: Int
    /// At least 1.
    package var clients: Int
    /// 0 for loopback.
    package var roundTrip: Duration
    /// Largest TCP payload of a segment in bytes; `nil` for that of a network, or of loopback without a round trip.
    package var segmentBytes: Int?
    /// Longest acceptable age of an item when it arrives.
    package var age: Duration
    /// TLS 1.3.
    package var encrypts: Bool
    /// Of requests and opening handshakes.
    package var headers: RequestProfile

    /// See the properties; the command line checks the bounds.
    package init(
        rate: ItemRate, payload: Int, clients: Int, roundTrip: Duration, age: Duration, encrypts: Bool,
        headers: RequestProfile, segmentBytes: Int? = nil
    ) {
        (self.rate, self.payload, self.clients) = (rate, payload, clients)
        (self.roundTrip, self.age, self.encrypts, self.headers) = (roundTrip, age, encrypts, headers)
        self.segmentBytes = segmentBytes
    }

    /// The rates that advice is given for. A scenario allows none below 1/min.
    package static let rates = ItemRate(items: 1, per: .seconds(3_600))...ItemRate(items: 100_000, per: .seconds(1))

    /// The longest poll interval that is considered: a scenario measures none that is longer than a warm-up can be.
    package static let longestPolled = Duration.seconds(600)

    /// The longest poll interval that keeps every item younger than ``age``; `nil` if it would be shorter than a
    /// millisecond or than a round trip, since a poll does not begin before the last one has its answer. An item waits
    /// for at most an interval and travels one way.
    var longestInterval: Duration? {
        let interval = min(age - roundTrip / 2 - .milliseconds(5), Self.longestPolled)
        // A round number is easier to configure; at least two digits remain.
        let milliseconds = interval.nanoseconds / 1_000_000
        let step: Int64 = milliseconds >= 1_000 ? 100 : milliseconds >= 100 ? 10 : 1
        let round = Duration.milliseconds(milliseconds / step * step)
        return round >= max(.milliseconds(1), roundTrip) ? round : nil
    }

    /// The interval of short polling where none keeps items young enough: as short as the round trip allows.
    private var shortestInterval: Duration {
        .milliseconds(max(10, (roundTrip.nanoseconds + 999_999) / 1_000_000))
    }

    /// The network that the formulas assume.
    package var link: LinkForecast {
        var link = LinkForecast(roundTrip: roundTrip.seconds)
        if let segmentBytes { link.segmentBytes = Double(segmentBytes) }
        return link
    }

    /// The ways that come into question, as a scenario writes them.
    var uses: [(type: any ClientTransport.Type, options: [String: TransportOptionValue])] {
        var uses =
            ([WebSocketPush.self, ServerSentEvents.self, HTTPStreaming.self, LongPolling.self]
            as [any ClientTransport.Type]).map { (type: $0, options: options(of: $0)) }
        var polling = options(of: ShortPolling.self)
        polling["interval"] = .duration(longestInterval ?? shortestInterval)
        uses.append((ShortPolling.self, polling))
        return uses
    }

    /// Encryption and request headers, for a transport that has these.
    func options(of type: any ClientTransport.Type) -> [String: TransportOptionValue] {
        var options: [String: TransportOptionValue] = [:]
        if encrypts { options["tls"] = .flag(true) }
        if headers != .minimal, has(headers, type) { options["headers"] = .choice(headers.rawValue) }
        return options
    }

    /// Transports that have no such request headers; they are computed with minimal ones.
    package var transportsWithoutHeaders: [String] {
        headers == .minimal ? [] : uses.map(\.type).filter { !has(headers, $0) }.map { $0.name }
    }

    private func has(_ profile: RequestProfile, _ type: any ClientTransport.Type) -> Bool {
        type.options.contains { option in
            guard option.name == "headers", case .choice(let words) = option.kind else { return false }
            return words.contains(profile.rawValue)
        }
    }
}

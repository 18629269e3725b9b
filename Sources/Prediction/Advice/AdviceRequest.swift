import Measurement
import Transports

/// What a user wants to carry, and how old the data may become.
package struct AdviceRequest: Sendable {
    package var rate: ItemRate
    /// Size of an item in bytes.
    package var payload: Int
    package var clients: Int
    package var roundTrip: Duration
    /// Longest acceptable age of an item when it arrives.
    package var age: Duration
    package var encrypts: Bool
    /// Request headers of polling clients.
    package var headers: RequestProfile

    package init(
        rate: ItemRate, payload: Int, clients: Int, roundTrip: Duration, age: Duration, encrypts: Bool,
        headers: RequestProfile
    ) {
        (self.rate, self.payload, self.clients) = (rate, payload, clients)
        (self.roundTrip, self.age, self.encrypts, self.headers) = (roundTrip, age, encrypts, headers)
    }

    /// The longest poll interval that keeps every item younger than ``age``; `nil` if it would be
    /// shorter than a millisecond. An item waits for at most an interval and travels one way.
    var longestInterval: Duration? {
        let interval = age - roundTrip / 2 - .milliseconds(5)
        if interval < .milliseconds(1) { return nil }
        // A round number is easier to configure; at least two digits remain.
        let milliseconds = min(interval.nanoseconds / 1_000_000, 600_000)
        let step: Int64 = milliseconds >= 1_000 ? 100 : milliseconds >= 100 ? 10 : 1
        return .milliseconds(milliseconds / step * step)
    }

    /// The ways that come into question, as a scenario writes them.
    var uses: [(type: any ClientTransport.Type, options: [String: TransportOptionValue])] {
        var common: [String: TransportOptionValue] = [:]
        if encrypts { common["tls"] = .flag(true) }
        var uses: [(type: any ClientTransport.Type, options: [String: TransportOptionValue])] = [
            (WebSocketPush.self, common), (ServerSentEvents.self, common), (HTTPStreaming.self, common),
            (LongPolling.self, common),
        ]
        if let longestInterval {
            var options = common
            options["interval"] = .duration(longestInterval)
            if headers != .minimal { options["headers"] = .choice(headers.rawValue) }
            uses.append((ShortPolling.self, options))
        }
        return uses
    }
}

import Measurement
import Transports
import WireAccounting

/// Transports for a purpose, the cheapest on the wire first, with what the formulas predict for each.
package struct Advice: Sendable {
    /// One transport with its figures, per second.
    package struct Candidate: Sendable {
        /// The transport.
        package let type: any ClientTransport.Type
        /// As a scenario gives them, without those at their defaults.
        package let options: [String: TransportOptionValue]
        /// Mean and largest age of an item at its arrival, in seconds; `nil` where requests are too slow for the feed.
        package let meanAge: Double?
        package let largestAge: Double?
        /// Whether the largest age is acceptable.
        package let meetsAge: Bool
        /// Bytes per client and second, with TCP and IP headers.
        package let wireBytes: Double
        /// The same without them.
        package let bytes: Double
        /// Requests per client and second; 0 for transports without exchanges.
        package let requests: Double
        /// Processor time of the server per client and second, in seconds.
        package let serverTime: Double
        /// ``wireBytes`` of a feed that is silent: polls without items, comments, Pings.
        package fileprivate(set) var idleBytes = 0.0

        /// As in a scenario: `{use: short-poll, interval: 950ms}`.
        package var use: String {
            let given = type.options.compactMap { option in options[option.name].map { "\(option.name): \($0.text)" } }
            return "{" + (["use: \(type.name)"] + given).joined(separator: ", ") + "}"
        }
    }

    /// What the figures are for.
    package let request: AdviceRequest
    /// Those whose largest age is acceptable come first, then the fewest bytes on the wire.
    package let candidates: [Candidate]
    /// Between short polling and WebSocket.
    package var breakEven: PollingBreakEven { PollingBreakEven(request) }
    /// What ``Candidate/serverTime`` was computed with.
    package let costs: ServerCosts

    /// - Parameters:
    ///   - request: What to carry.
    ///   - costs: What requests and messages cost the server.
    package init(_ request: AdviceRequest, costs: ServerCosts) {
        self.request = request
        self.costs = costs
        let all = request.uses.compactMap { use -> Candidate? in
            guard var candidate = Self.candidate(use.type, use.options, request, costs) else { return nil }
            let silent = Self.candidate(use.type, use.options, request, costs, rate: Self.silence)
            candidate.idleBytes = silent?.wireBytes ?? 0
            return candidate
        }
        candidates = all.sorted {
            ($0.meetsAge ? 0 : 1, $0.wireBytes, $0.requests) < ($1.meetsAge ? 0 : 1, $1.wireBytes, $1.requests)
        }
    }

    /// An item in 31 years.
    private static let silence = 1e-9

    /// So long that beginnings and ends of connections do not matter: an hour, or the time of 1,000 items.
    private static func seconds(_ rate: Double) -> Double { max(3_600, 1_000 / rate) }

    /// - Parameters:
    ///   - type: A transport.
    ///   - given: Its options.
    ///   - request: What to carry.
    ///   - costs: What requests and messages cost the server.
    ///   - rate: Items per second, instead of those of the request.
    /// - Returns: `nil` if the transport does not allow the options.
    static func candidate(
        _ type: any ClientTransport.Type, _ given: [String: TransportOptionValue], _ request: AdviceRequest,
        _ costs: ServerCosts, rate: Double? = nil
    ) -> Candidate? {
        guard let options = try? type.checkedOptions(given) else { return nil }
        let feed = FeedForecast(
            rate: rate ?? request.rate.perSecond, arrivals: .poisson, payload: Double(request.payload))
        let seconds = seconds(feed.rate)
        let subject = PredictedCase(
            id: type.name, type: type, options: options, feed: feed,
            link: request.link, clients: 1, feedTime: seconds)
        let forecast = subject.forecast
        let counts = subject.messages(forecast, feed).counts
        let bytes = ByteModel(subject.sizes, encrypts: request.encrypts).bytes(of: counts)
        let requests = forecast.requestRate.value
        let headers = SegmentEstimate(subject, forecast).headers(of: counts, bytes)
        let largest = forecast.largest?.value
        let messages = requests > 0 ? 0 : feed.rate
        return Candidate(
            type: type, options: given, meanAge: forecast.mean?.value, largestAge: largest,
            meetsAge: largest.map { $0 <= request.age.seconds } ?? false,
            wireBytes: (bytes.tcpPayload + headers.value) / seconds, bytes: bytes.tcpPayload / seconds,
            requests: requests, serverTime: requests * costs.perRequest + messages * costs.perMessage)
    }
}

/// Processor time that the server needs, in seconds.
package struct ServerCosts: Sendable, Equatable {
    /// For a request with its response.
    package var perRequest: Double
    /// For an item that is pushed to one client.
    package var perMessage: Double
    /// Whether it was measured on this machine.
    package var isMeasured: Bool

    /// Times in seconds, none below 0.
    package init(perRequest: Double, perMessage: Double, isMeasured: Bool) {
        (self.perRequest, self.perMessage, self.isMeasured) = (perRequest, perMessage, isMeasured)
    }

    /// Rough guesses for a machine of 2026; nothing measured them.
    package static let reference = ServerCosts(perRequest: 30e-6, perMessage: 15e-6, isMeasured: false)
}

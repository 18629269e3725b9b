import Foundation
import Measurement
import Transports
import WireAccounting

/// Where short polling and WebSocket cost the same number of bytes on the wire, by the figures of the table above it.
///
/// A poll costs about the same whatever it carries, and a pushed item costs a frame and its own TCP/IP headers. So
/// polling costs less where a poll carries enough items, or where polls are so rare that WebSocket's Pings cost more.
package struct PollingBreakEven: Sendable, Equatable {
    /// Where polling costs less if one quantity is varied and everything else is as asked.
    package enum Point: Sendable, Equatable {
        /// On one side of this value: above an interval (seconds) or a rate (per second), below a size (bytes).
        case at(Double)
        case everywhere
        case nowhere
        /// No interval keeps items young enough, or no such value divides the range in two.
        case unknown

        /// The value, if there is one.
        package var value: Double? { if case .at(let value) = self { value } else { nil } }
    }

    /// What a poll costs with what it carries, and what WebSocket costs in the same time, in bytes on the wire.
    package struct Exchange: Sendable, Equatable {
        /// Between two polls, in seconds.
        package let interval: Double
        /// Of the poll.
        package let poll: Double
        /// Headers of its request and response, a part of the poll.
        package let headers: Double
        /// Of WebSocket.
        package let push: Double
    }

    /// Intervals from 1 ms to ``AdviceRequest/longestPolled``, but at least a round trip.
    package let interval: Point
    /// Items per poll at the interval; `nil` where there are fewer than one, so that not the items decide.
    package let items: Double?
    /// Rates from 1/h to 100,000/s, at the longest acceptable interval.
    package let rate: Point
    /// Sizes of the headers of request and response, at the rate and the longest acceptable interval.
    package let headers: Point
    /// At the longest interval of all, and at the longest acceptable one.
    package let rarest: Exchange?
    package let acceptable: Exchange?

    /// Requests and responses with larger headers are refused.
    package static let largestHeaders = 16.0 * 1_024

    init(_ request: AdviceRequest) {
        let own = request.rate.perSecond
        let ownPush = Self.push(request, rate: own)
        func excess(_ interval: Double, _ rate: Double) -> Double? {
            guard let poll = Self.poll(request, interval: interval, rate: rate),
                let push = rate == own ? ownPush : Self.push(request, rate: rate)
            else { return nil }
            return poll.wireBytes - push.wireBytes
        }
        let longest = AdviceRequest.longestPolled.seconds
        let found = Self.crossing(from: 0.001, to: longest) { excess($0, own) }
        // Beyond a round trip, polls are no more frequent.
        interval = if case .at(let seconds) = found { .at(max(seconds, request.roundTrip.seconds)) } else { found }
        items = interval.value.map { $0 * own }.flatMap { $0 >= 1 ? $0 : nil }
        rarest = Self.exchange(request, interval: longest)
        guard let acceptableInterval = request.longestInterval?.seconds else {
            (rate, headers, acceptable) = (.unknown, .unknown, nil)
            return
        }
        rate = Self.crossing(from: 1 / 3_600, to: 1e5) { excess(acceptableInterval, $0) }
        acceptable = Self.exchange(request, interval: acceptableInterval)
        headers = acceptable.map(Self.headers) ?? .unknown
    }

    /// Polling costs less below what WebSocket costs more than the rest of a poll.
    private static func headers(_ exchange: Exchange) -> Point {
        let size = exchange.push - (exchange.poll - exchange.headers)
        return size < 1 ? .nowhere : size >= largestHeaders ? .everywhere : .at(size)
    }

    private static func exchange(_ request: AdviceRequest, interval: Double) -> Exchange? {
        let rate = request.rate.perSecond
        guard let poll = poll(request, interval: interval, rate: rate), poll.requests > 0,
            let push = push(request, rate: rate), let options = try? ShortPolling.checkedOptions(poll.options)
        else { return nil }
        let sizes = MessageSizes(
            ShortPolling.self, options: options, payload: request.payload, authority: "127.0.0.1:40000")
        let headers =
            sizes.request(cursorDigits: 4)[.httpHead, .up]
            + sizes.responseHead(cursorDigits: 4, lengthDigits: 3)[.httpHead, .down]
        return Exchange(
            interval: 1 / poll.requests, poll: poll.wireBytes / poll.requests, headers: Double(headers),
            push: push.wireBytes / poll.requests)
    }

    private static func poll(_ request: AdviceRequest, interval: Double, rate: Double) -> Advice.Candidate? {
        var options = request.options(of: ShortPolling.self)
        options["interval"] = .duration(.nanoseconds(Int64(interval * 1e9)))
        return Advice.candidate(ShortPolling.self, options, request, .reference, rate: rate)
    }

    private static func push(_ request: AdviceRequest, rate: Double) -> Advice.Candidate? {
        Advice.candidate(
            WebSocketPush.self, request.options(of: WebSocketPush.self), request, .reference, rate: rate)
    }

    /// Where a falling function reaches 0, by halving the range.
    private static func crossing(from low: Double, to high: Double, of function: (Double) -> Double?) -> Point {
        guard let first = function(low), let last = function(high) else { return .unknown }
        switch (first > 0, last > 0) {
        case (true, true): return .nowhere
        case (false, false): return .everywhere
        case (false, true): return .unknown
        case (true, false): break
        }
        var (low, high) = (low, high)
        // To a thousandth of the value.
        for _ in 0..<14 {
            let middle = (low * high).squareRoot()
            guard let value = function(middle) else { return .unknown }
            if value > 0 { low = middle } else { high = middle }
        }
        return .at(high)
    }
}
